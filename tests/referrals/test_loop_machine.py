"""Any sequence of acts by anybody keeps the promises of the loop."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from referral.referrals.rules import (
    ENDED,
    MOVES,
    Action,
    Channel,
    MoveRefused,
    Party,
    Status,
    allowed_actions,
    is_ended,
    is_open,
    next_status,
)


class Loop(RuleBasedStateMachine):
    """One referral in the hands of four parties who try everything."""

    @initialize(channel=st.sampled_from(Channel))
    def begin(self, channel: Channel) -> None:
        self.channel = channel
        self.history: list[tuple[Status, Action, Party, Status]] = []
        self.status = Status.DRAFT

    @rule(action=st.sampled_from(Action), party=st.sampled_from(Party))
    def somebody_tries_anything(self, action: Action, party: Party) -> None:
        offered = allowed_actions(self.status, party=party, channel=self.channel)
        try:
            target = next_status(self.status, action, party=party, channel=self.channel)
        except MoveRefused:
            assert action not in offered
            return
        assert action in offered
        self._moved(action, party, target)

    @rule(party=st.sampled_from(Party), data=st.data())
    def somebody_does_what_is_offered(self, party: Party, data: st.DataObject) -> None:
        offered = allowed_actions(self.status, party=party, channel=self.channel)
        if offered:
            action = data.draw(st.sampled_from(offered))
            self._moved(action, party, next_status(self.status, action, party=party, channel=self.channel))

    def _moved(self, action: Action, party: Party, target: Status) -> None:
        assert target is not self.status
        self.history.append((self.status, action, party, target))
        self.status = target

    @invariant()
    def an_ended_referral_is_never_reopened(self) -> None:
        for before, _, _, after in getattr(self, "history", []):
            assert is_open(before) or after is Status.ENTERED_IN_ERROR

    @invariant()
    def whose_act_it_was_is_never_merged(self) -> None:
        ends = {Status.DECLINED: Party.RECEIVER, Status.RECALLED: Party.SENDER, Status.EXPIRED: Party.CLOCK}
        for _, _, party, after in getattr(self, "history", []):
            assert ends.get(after, party) is party
            assert party is not Party.CLOCK or after is Status.EXPIRED

    @invariant()
    def off_platform_nobody_answers(self) -> None:
        if getattr(self, "channel", None) is Channel.OFF_PLATFORM:
            assert self.status in {Status.DRAFT, Status.SENT, *ENDED - {Status.DECLINED, Status.EXPIRED}}

    @invariant()
    def an_open_referral_can_always_be_withdrawn_by_the_person(self) -> None:
        if hasattr(self, "status") and is_open(self.status):
            offered = allowed_actions(self.status, party=Party.PERSON, channel=self.channel)
            assert offered == (Action.WITHDRAW,)


Loop.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLoop = Loop.TestCase


def test_every_status_is_reachable_in_the_network_and_every_open_one_can_end() -> None:
    reached, frontier = {Status.DRAFT}, [Status.DRAFT]
    while frontier:
        status = frontier.pop()
        for (source, _), target in MOVES.items():
            if source is status and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(Status)
    assert all(
        any(is_ended(target) for (source, _), target in MOVES.items() if source is status)
        for status in Status
        if is_open(status)
    )
