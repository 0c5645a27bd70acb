"""The terms of each consent scope: who receives what, how it may be given and when it ends.

Sources: 42 CFR 2.31 (part2.disclose), 34 USC 12291(b)(2) and 42 USC 10406(c)(5) (ipv.release),
45 CFR 164.508; the default ends are this product's and a network may shorten them.
"""

from dataclasses import dataclass

from referral.people.rules.consents import ConsentMethod, ConsentScope
from referral.people.rules.sensitivity import SensitivityLevel

_L1, _L2, _L3 = SensitivityLevel
_GENERAL = frozenset({_L1})
_WITHOUT_SAFETY = frozenset({_L1, _L2})
_EVERY_LEVEL = frozenset(SensitivityLevel)
_ANY_METHOD = frozenset(ConsentMethod)
_SIGNED = frozenset({ConsentMethod.WRITTEN, ConsentMethod.ELECTRONIC})


@dataclass(frozen=True, slots=True)
class ScopeTerms:
    """What a consent of one scope means; without months or days only `ends` says when it stops."""

    title: str
    purpose: str
    recipient: str
    levels: frozenset[SensitivityLevel]
    ends: str
    months: int | None = None
    days: int | None = None
    review_months: int | None = None
    is_recipient_named: bool = True
    has_domains: bool = False
    methods: frozenset[ConsentMethod] = _ANY_METHOD
    verbal_levels: frozenset[SensitivityLevel] = frozenset()
    rule: str = ""


_MESSAGE_RULE = "For safety matters only with a safe-contact record. STOP revokes at once."

TERMS: dict[ConsentScope, ScopeTerms] = {
    ConsentScope.INTAKE_STORE: ScopeTerms(
        title="Keep what you tell us",
        purpose="store what the person told us and use it to help",
        recipient="the platform operator, the intake organization and the network that the text names",
        levels=_EVERY_LEVEL,
        verbal_levels=_EVERY_LEVEL,
        ends="12 months",
        months=12,
        rule="Without it a list can still be handed out.",
    ),
    ConsentScope.REFERRAL_SHARE: ScopeTerms(
        title="Send a referral",
        purpose="send a referral with the named need domains",
        recipient="one named organization, or a list shown by name",
        levels=_WITHOUT_SAFETY,
        verbal_levels=_GENERAL,
        ends="12 months, or the end of the purpose if sooner",
        months=12,
        has_domains=True,
        rule="When it ends, open referrals that rest on it become withdrawn.",
    ),
    ConsentScope.OUTCOME_RETURN: ScopeTerms(
        title="Tell back what was done",
        purpose="tell the content of the outcome back; the status always goes back to the referrer",
        recipient="the referring organization or the plan",
        levels=_WITHOUT_SAFETY,
        verbal_levels=_GENERAL,
        ends="12 months",
        months=12,
    ),
    ConsentScope.PLAN_SHARE: ScopeTerms(
        title="Share with the plan",
        purpose="share status, or content, with the plan",
        recipient="one named plan",
        levels=_WITHOUT_SAFETY,
        verbal_levels=_GENERAL,
        ends="12 months",
        months=12,
    ),
    ConsentScope.PILOT_ENROL: ScopeTerms(
        title="Join a program",
        purpose="enroll in a pilot or benefit program",
        recipient="the network lead and the plan",
        levels=_GENERAL,
        methods=_SIGNED,
        ends="until disenrollment, reviewed at 12 months",
        review_months=12,
    ),
    ConsentScope.INVOICE_SHARE: ScopeTerms(
        title="Share what a bill needs",
        purpose="the minimum fields needed to pay for a service",
        recipient="the network lead and the plan",
        levels=_WITHOUT_SAFETY,
        methods=_SIGNED,
        ends="until the bill is paid and can no longer be disputed",
        rule="For L2 a neutral service code is shown; L3 is never billed this way.",
    ),
    ConsentScope.MESSAGE_SMS: ScopeTerms(
        title="Text this number",
        purpose="text this number",
        recipient="the platform operator",
        levels=_EVERY_LEVEL,
        verbal_levels=_EVERY_LEVEL,
        ends="until revoked",
        is_recipient_named=False,
        rule=_MESSAGE_RULE,
    ),
    ConsentScope.MESSAGE_EMAIL: ScopeTerms(
        title="E-mail this address",
        purpose="e-mail this address",
        recipient="the platform operator",
        levels=_EVERY_LEVEL,
        verbal_levels=_EVERY_LEVEL,
        ends="until revoked",
        is_recipient_named=False,
        rule=_MESSAGE_RULE,
    ),
    ConsentScope.MESSAGE_VOICE: ScopeTerms(
        title="Call this number",
        purpose="call this number, leaving a message or not",
        recipient="the platform operator",
        levels=_EVERY_LEVEL,
        verbal_levels=_EVERY_LEVEL,
        ends="until revoked",
        is_recipient_named=False,
        rule=_MESSAGE_RULE,
    ),
    ConsentScope.PART2_DISCLOSE: ScopeTerms(
        title="Disclose substance use records",
        purpose="disclose substance use disorder records (42 CFR 2.31)",
        recipient="one named organization, or an intermediary and its named members",
        levels=frozenset({_L2}),
        methods=_SIGNED,
        ends="12 months, or the end of the purpose",
        months=12,
        rule="The notice of 42 CFR 2.32 and a copy of the consent travel with every disclosure.",
    ),
    ConsentScope.IPV_RELEASE: ScopeTerms(
        title="Release safety information",
        purpose="disclose safety-related information (VAWA, FVPSA)",
        recipient="one named organization",
        levels=frozenset({_L3}),
        methods=_SIGNED,
        ends="at most 30 days",
        days=30,
        rule="Never a condition of service; a new one for each purpose.",
    ),
    ConsentScope.EQUITY_USE: ScopeTerms(
        title="Count me in equity measures",
        purpose="use identified data to compute equity measures",
        recipient="the platform's analysts and the plan",
        levels=_WITHOUT_SAFETY,
        verbal_levels=_WITHOUT_SAFETY,
        ends="12 months",
        months=12,
        rule="Safety information never, not even hashed.",
    ),
    ConsentScope.RESEARCH_DEIDENTIFIED: ScopeTerms(
        title="Use my data without my name in research",
        purpose="a de-identified research set",
        recipient="a named program",
        levels=_WITHOUT_SAFETY,
        methods=_SIGNED,
        ends="12 months",
        months=12,
        rule="Safe harbor and no cell under 11; rows about safety are absent.",
    ),
}
