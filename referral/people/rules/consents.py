"""What a person allows: the words for it."""

from enum import StrEnum


class ConsentScope(StrEnum):
    """What a consent is for. There is no consent for everything."""

    INTAKE_STORE = "intake.store"
    REFERRAL_SHARE = "referral.share"
    OUTCOME_RETURN = "outcome.return"
    PLAN_SHARE = "plan.share"
    PILOT_ENROL = "pilot.enrol"
    INVOICE_SHARE = "invoice.share"
    MESSAGE_SMS = "message.sms"
    MESSAGE_EMAIL = "message.email"
    MESSAGE_VOICE = "message.voice"
    PART2_DISCLOSE = "part2.disclose"
    IPV_RELEASE = "ipv.release"
    EQUITY_USE = "equity.use"
    RESEARCH_DEIDENTIFIED = "research.deidentified"


class ConsentMethod(StrEnum):
    """How the person agreed: by voice, on paper, or with an electronic signature."""

    VERBAL = "verbal"
    WRITTEN = "written"
    ELECTRONIC = "electronic"


class GivenBy(StrEnum):
    """Who agreed: the person, or who may speak for them."""

    SELF = "self"
    PARENT = "parent"
    GUARDIAN = "guardian"
    AGENCY = "agency"
