"""Domain results: screening rate and positive rate can both be counted from them."""

from referral.people.rules import NeedCategory, NeedDomain
from referral.screening.rules import (
    Finding,
    NotAskedReason,
    answer_with,
    declined,
    domain_results,
    negative_categories,
    not_asked,
    unknown,
)

SAFETY = ("/95618-5", "/95617-7", "/95616-9", "/95615-1")


def answered(instrument, codes):
    return {link: answer_with(instrument.item(link), [code]) for link, code in codes.items()}


def of(domain, instrument, answers):
    return next(found for found in domain_results(instrument, answers) if found.domain is domain)


def test_the_nc_questions_cover_five_domains_in_their_order(nc):
    assert [found.domain for found in domain_results(nc, {})] == [
        NeedDomain.FOOD,
        NeedDomain.HOUSING,
        NeedDomain.UTILITIES,
        NeedDomain.TRANSPORTATION,
        NeedDomain.SAFETY,
    ]


def test_a_domain_without_answers_is_not_screened(nc):
    blank = of(NeedDomain.FOOD, nc, {"1": not_asked(nc.item("1"), NotAskedReason.OUT_OF_TIME)})
    assert (blank.not_asked, blank.is_screened, blank.is_answered) == (2, False, False)


def test_a_declined_domain_is_screened_and_neither_positive_nor_negative(nc):
    found = of(NeedDomain.FOOD, nc, {"1": declined(nc.item("1")), "2": unknown(nc.item("2"))})
    assert (found.answered, found.declined, found.not_asked) == (0, 2, 0)
    assert found.is_screened
    assert found.finding is Finding.UNDETERMINED


def test_one_no_beside_a_declined_answer_is_undetermined(nc):
    answers = answered(nc, {"1": "no"}) | {"2": declined(nc.item("2"))}
    assert of(NeedDomain.FOOD, nc, answers).finding is Finding.UNDETERMINED


def test_one_yes_is_enough_and_two_no_are_needed(nc):
    assert of(NeedDomain.FOOD, nc, answered(nc, {"1": "yes"})).finding is Finding.POSITIVE
    assert of(NeedDomain.FOOD, nc, answered(nc, {"1": "no", "2": "no"})).finding is Finding.NEGATIVE


def test_safety_in_the_ahc_tool_is_decided_by_its_score(ahc):
    never = answered(ahc, dict.fromkeys(SAFETY, "LA6270-8"))
    frequently = answered(ahc, dict.fromkeys(SAFETY, "LA6482-9"))
    assert of(NeedDomain.SAFETY, ahc, never).finding is Finding.NEGATIVE
    assert of(NeedDomain.SAFETY, ahc, frequently).finding is Finding.POSITIVE
    del frequently[SAFETY[0]]
    assert of(NeedDomain.SAFETY, ahc, frequently).finding is Finding.UNDETERMINED


def test_a_category_is_denied_only_when_every_question_about_it_was_answered_with_no(nc):
    assert negative_categories(nc, answered(nc, {"1": "no"})) == frozenset()
    assert negative_categories(nc, answered(nc, {"1": "no", "2": "no"})) == {NeedCategory.FOOD_INSECURITY}
    assert negative_categories(nc, {}) == frozenset()
    assert negative_categories(nc, {link: declined(nc.item(link)) for link in "12"}) == frozenset()


def test_a_negative_safety_score_denies_and_a_missing_one_does_not(ahc):
    never = answered(ahc, dict.fromkeys(SAFETY, "LA6270-8"))
    assert NeedCategory.SDOH_CATEGORY_UNSPECIFIED in negative_categories(ahc, never)
    del never[SAFETY[0]]
    assert NeedCategory.SDOH_CATEGORY_UNSPECIFIED not in negative_categories(ahc, never)
    frequently = answered(ahc, dict.fromkeys(SAFETY, "LA6482-9"))
    assert NeedCategory.SDOH_CATEGORY_UNSPECIFIED not in negative_categories(ahc, frequently)
