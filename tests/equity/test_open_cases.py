"""The 25 open cases: every published expectation is met within its tolerance."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from referral.equity.rules import change, decomposition, disparity, intervals, reliability, significance
from referral.equity.rules import screening_intervention as sns
from referral.referrals.rules import Connection, Outcome, Status, closed_loop_rate_mature, connection_rate
from referral.referrals.rules.rates import MATURITY_DAYS

CASES = json.loads((Path(__file__).parent / "data" / "open_cases.json").read_text())


def rate(x: int, n: int) -> dict[str, Any]:
    score, exact = intervals.wilson(x, n), intervals.clopper_pearson(x, n)
    return {
        "rate": score.estimate,
        "wilson_lower": score.lower,
        "wilson_upper": score.upper,
        "exact_lower": exact.lower,
        "exact_upper": exact.upper,
    }


def difference(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    found = intervals.newcombe(x1, n1, x2, n2)
    return {"difference": found.estimate, "lower": found.lower, "upper": found.upper}


def omnibus(x: list[int], n: list[int], score: list[int] | None = None) -> dict[str, Any]:
    groups = disparity.groups(x, n)
    test = significance.omnibus(groups)
    answer = {"chi2": test.chi2, "p": test.p}
    if score:
        slope = significance.trend(groups, score)
        answer |= {"trend_chi2": slope.chi2, "trend_p": slope.p}
    return answer


def pair(x: list[int], n: list[int], reference: int, group: int) -> dict[str, Any]:
    groups = disparity.groups(x, n)
    d = disparity.difference(groups, reference=reference, group=group)
    r = disparity.ratio_interval(groups, reference=reference, group=group)
    log_r = disparity.log_ratio(groups, reference=reference, group=group)
    assert r is not None
    return {"d": d.value, "d_se": d.error, "r": r.estimate, "log_r_se": log_r.error}


def unordered(x: list[int], n: list[int], **_: object) -> dict[str, Any]:
    found = disparity.groups(x, n)
    bgv, theil = disparity.between_group_variance(found), disparity.theil(found)
    mld = disparity.mean_log_deviation(found)
    assert bgv.value is not None
    return {
        "mu": found.mean,
        "bgv": bgv.value,
        "bgv_se": bgv.error,
        "bgsd": bgv.value**0.5,
        "cov": disparity.coefficient_of_variation(found),
        "theil": theil.value,
        "theil_se": theil.error,
        "mld": mld.value,
        "mld_se": mld.error,
    }


def ordered(x: list[int], n: list[int], order: str) -> dict[str, Any]:
    assert order == "most vulnerable first"
    rci = disparity.relative_concentration(disparity.groups(x, n))
    return {"rci": rci.value, "rci_se": rci.error}


def beta_binomial(x: list[int], n: list[int]) -> dict[str, Any]:
    fit = reliability.fit_beta_binomial(x, n)
    return {
        "alpha": fit.alpha,
        "beta": fit.beta,
        "n_for_0.7": fit.smallest_n(0.7),
        "reliability": [fit.reliability(size) for size in n],
        "shrunk": [fit.shrunk(hits, size) for hits, size in zip(x, n, strict=True)],
    }


def sns_e(year: int, members: list[dict[str, Any]]) -> dict[str, Any]:
    counts = sns.screening_and_intervention([member(m) for m in members], year=year)
    return {
        domain: {"screening": list(c.screening), "intervention": list(c.intervention)} for domain, c in counts.items()
    }


def member(case: dict[str, Any]) -> sns.Member:
    screens = [
        sns.Screen(sns.NeedKind(s["kind"]), date.fromisoformat(s["date"]), s["result"] == "positive")
        for s in case["screens"]
    ]
    helps = [sns.Intervention(sns.NeedKind(i["kind"]), date.fromisoformat(i["date"])) for i in case["interventions"]]
    return sns.Member(tuple(screens), tuple(helps), case.get("excluded", False))


ENDS = {
    None: (Status.SENT, Connection.UNKNOWN),
    "helped": (Status.SERVED, Connection.CONNECTED),
    "partly": (Status.SERVED, Connection.CONNECTED),
    "not_helped": (Status.NOT_SERVED, Connection.NOT_CONNECTED),
    "unable_to_reach": (Status.NOT_SERVED, Connection.UNKNOWN),
}


def closed_loop(as_of: str, maturity_days: int, referrals: list[dict[str, Any]]) -> dict[str, Any]:
    assert maturity_days == MATURITY_DAYS
    day = date.fromisoformat(as_of)
    outcomes = [outcome(r) for r in referrals]
    closed = closed_loop_rate_mature(outcomes, as_of=day)
    old = [o for o in outcomes if o.sent_on is not None and (day - o.sent_on).days >= maturity_days]
    return {"sent": closed.denominator, "closed": closed.numerator, "connected": connection_rate(old).numerator}


def outcome(case: dict[str, Any]) -> Outcome:
    status, connection = ENDS[case["outcome"]]
    status = Status.ENTERED_IN_ERROR if case.get("void") else status
    return Outcome(status, connection, date.fromisoformat(case["sent"]))


def cascade(stages: list[str], a: list[int], b: list[int]) -> dict[str, Any]:
    assert len(stages) == len(a) == len(b)
    found = decomposition.decompose(a, b)
    q_a, q_b = decomposition.conversions(a), decomposition.conversions(b)
    return {
        "end_a": found.end_a,
        "end_b": found.end_b,
        "end_gap": found.gap,
        "log_mean": list(found.contributions),
        "log_ratio_se": list(found.log_ratio_errors),
        "shapley": list(decomposition.shapley(q_a, q_b)),
    }


def gap_change(reference: dict[str, int], group: dict[str, int]) -> dict[str, Any]:
    found = change.change_of_gap(change.TwoYears(**reference), change.TwoYears(**group))
    return {
        "gap0": found.gap0,
        "gap1": found.gap1,
        "change": found.change.estimate,
        "se": found.error,
        "lower": found.change.lower,
        "upper": found.change.upper,
        "kind": found.kind,
        "creditable": found.creditable,
    }


ANSWERS: dict[str, Callable[..., dict[str, Any]]] = {
    "rate": rate,
    "difference": difference,
    "omnibus": omnibus,
    "pair": pair,
    "unordered_open": unordered,
    "ordered_open": ordered,
    "beta_binomial": beta_binomial,
    "sns_e": sns_e,
    "loop": closed_loop,
    "cascade": cascade,
    "gap_change": gap_change,
}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_open_case_is_met(case: dict[str, Any]) -> None:
    answer = ANSWERS[case["kind"]](**case["inputs"])
    assert answer.keys() == case["expected"].keys()
    for name, expected in case["expected"].items():
        if isinstance(expected, (float, list)):
            assert answer[name] == pytest.approx(expected, abs=case["tolerance"], rel=0), name
        else:
            assert answer[name] == expected, name


def test_there_are_twenty_five_open_cases() -> None:
    assert len(CASES) == 25
