"""The year of one person, from the first call to the present."""

from referral.demo import intake
from referral.demo.characters import Character
from referral.demo.loop import Loop
from referral.demo.parts import Part
from referral.demo.stage import Stage
from referral.foundation import clock
from referral.foundation.principal import Principal
from referral.foundation.refusals import Refused
from referral.organizations.rules import Role
from referral.people.models import Person
from referral.people.rules import ConsentScope, NeedCategory
from referral.programs import service as programs
from referral.programs.rules import Verdict
from referral.screening import service as screening
from referral.screening.models import Need
from referral.screening.rules import DismissReason

ELSEWHERE = 0.12
"""The share of hungry people who are sent to a pantry that has no account."""


def tell(stage: Stage, one: Character) -> None:
    """Tell the person's year through the verbs that everybody uses."""
    at = stage.moment(one.first_call_on, one.random)
    clock.stand_at(at)
    navigator = stage.navigator(one.random)
    person = intake.take_in(stage, one, by=navigator, at=at)
    needs = intake.screen(stage, person, one, by=navigator, at=at)
    is_sharing = one.has_luck("consents")
    is_enrolled = bool(needs) and is_sharing and _enrolled(stage, person, one, navigator)
    for need in sorted(needs, key=lambda need: need.category):
        if _is_confirmed(stage, need, one, navigator) and is_sharing:
            _refer(stage, person, need, one, navigator, is_enrolled=is_enrolled)


def _is_confirmed(stage: Stage, need: Need, one: Character, by: Principal) -> bool:
    """Go through the need with the person: most want help, some do not, some was a misunderstanding."""
    chance, at = one.random.random(), clock.now()
    if one.cast.is_certain:
        chance = 1.0
    if chance < 0.05:
        screening.decline_help(stage.session, need, by=by, at=at)
    elif chance < 0.08:
        screening.dismiss_need(stage.session, need, by=by, at=at, reason=DismissReason.MISUNDERSTOOD)
    else:
        screening.confirm_need(stage.session, need, by=by, at=at)
        return True
    return False


def _enrolled(stage: Stage, person: Person, one: Character, navigator: Principal) -> bool:
    """Propose the person for the paid program, if they sign; returns whether the plan enrolled them."""
    if one.cast.part is Part.ORDINARY and one.random.random() < 0.3:
        return False
    at = clock.now()
    plan = stage.plan(one.plan)
    for scope in (ConsentScope.PILOT_ENROL, ConsentScope.INVOICE_SHARE):
        intake.sign_paper(stage, person, scope, plan.id, by=navigator, at=at)
    is_chronic = one.cast.is_certain or one.random.random() < 0.9
    criteria = {"2plus_chronic": is_chronic, "repeat_ed_or_admission": one.random.random() < 0.2}
    try:
        enrollment = programs.propose_enrollment(
            stage.session, person, stage.program, criteria=criteria, by=navigator, at=at
        )
    except Refused:
        return False
    if enrollment.verdict is not Verdict.YES:
        return False
    manager = stage.of(plan.id, Role.PLAN_CARE_MGR)
    programs.confirm_enrollment(stage.session, enrollment, by=manager, at=at)
    return True


def _refer(
    stage: Stage, person: Person, need: Need, one: Character, navigator: Principal, *, is_enrolled: bool
) -> None:
    goal = one.cast.goal
    offers = [stage.offer(goal)] if goal else stage.offers_near(need.category, one.place)
    if not offers:
        return
    first_call = clock.now()
    loop = Loop(stage, one, person, need, at=first_call)
    if goal is None and need.category is NeedCategory.FOOD_INSECURITY and one.random.random() < ELSEWHERE:
        loop.tell_elsewhere(one.random.choice(stage.unclaimed_near(one.place)), by=navigator)
    else:
        loop.tell(one.random.choice(offers), by=navigator, is_enrolled=is_enrolled)
    clock.stand_at(first_call)
