"""What the reports give."""

from marshmallow import Schema, fields

from referral.equity.rules.strata import Dimension
from referral.web.shapes import page_of


class LoopCountsSchema(Schema):
    """Sent referrals and the two rates side by side; null is not shown."""

    sent = fields.Integer(allow_none=True)
    closed = fields.Integer(allow_none=True)
    connected = fields.Integer(allow_none=True)
    confirmed = fields.Integer(allow_none=True)
    closed_rate = fields.Float(allow_none=True, metadata={"description": "Between 0 and 1"})
    connected_rate = fields.Float(allow_none=True)
    confirmed_rate = fields.Float(allow_none=True)


class MoneySchema(Schema):
    """Invoice lines with what was billed and paid, in US dollars as text."""

    lines = fields.Integer()
    billed = fields.String()
    paid = fields.String()


class PeriodSchema(Schema):
    """First and last day, both in."""

    first = fields.Date()
    last = fields.Date()


class BreakdownSchema(Schema):
    """The rates of each group."""

    groups = fields.Dict(keys=fields.String(), values=fields.Nested(LoopCountsSchema))


class ReasonCountSchema(Schema):
    """How many referrals stand in a status for the same coded reason."""

    status = fields.String()
    reason_code = fields.String()
    sent = fields.Integer()


class LoopReportSchema(Schema):
    """The report on referrals."""

    refreshed_at = fields.AwareDateTime(allow_none=True)
    period = fields.Nested(PeriodSchema)
    total = fields.Nested(LoopCountsSchema)
    mature = fields.Nested(LoopCountsSchema)
    by = fields.Dict(keys=fields.String(), values=fields.Nested(BreakdownSchema))
    reasons = fields.List(
        fields.Nested(ReasonCountSchema), metadata={"description": "Empty for who may not open the lines"}
    )


class MoneyReportSchema(Schema):
    """The report on invoices; null is not shown."""

    refreshed_at = fields.AwareDateTime(allow_none=True)
    period = fields.Nested(PeriodSchema)
    total = fields.Nested(MoneySchema, allow_none=True)
    by = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Nested(MoneySchema, allow_none=True)),
    )


class IntervalSchema(Schema):
    """A share with its 95 % Wilson limits, between 0 and 1."""

    estimate = fields.Float()
    lower = fields.Float()
    upper = fields.Float()


class FigureSchema(Schema):
    """One stage of one group; null is hidden, or a rate over fewer than 30."""

    stage = fields.String()
    count = fields.Integer(allow_none=True)
    step = fields.Nested(IntervalSchema, allow_none=True)
    reach = fields.Nested(IntervalSchema, allow_none=True)


class RowSchema(Schema):
    """A group, or several that are too small to stand alone."""

    groups = fields.List(fields.String())
    figures = fields.List(fields.Nested(FigureSchema))


class CascadeTableSchema(Schema):
    """The rows that may be shown, and everybody together."""

    rows = fields.List(fields.Nested(RowSchema))
    everybody = fields.Nested(RowSchema)


class GapSchema(Schema):
    """How far a group's confirmed help lies behind the reference's; p is adjusted for several groups (Holm)."""

    groups = fields.List(fields.String())
    difference = fields.Nested(IntervalSchema)
    p = fields.Float()


class AnsweringSchema(Schema):
    """Who was asked whether help arrived, and who answered; null is not shown."""

    asked = fields.Integer(allow_none=True)
    answered = fields.Integer(allow_none=True)


class CompletenessSchema(Schema):
    """People who answered, declined, are unknown and were not asked, in this order; null is not shown."""

    counts = fields.List(fields.Integer(allow_none=True))
    share = fields.Nested(IntervalSchema, allow_none=True)


class EquityReportSchema(Schema):
    """The cascade by group; no table where nothing is safe to show."""

    measure = fields.String()
    refreshed_at = fields.AwareDateTime(allow_none=True)
    period = fields.Nested(PeriodSchema)
    dimension = fields.Enum(Dimension, by_value=True)
    table = fields.Nested(CascadeTableSchema, allow_none=True)
    reference = fields.Nested(RowSchema, allow_none=True)
    gaps = fields.List(fields.Nested(GapSchema))
    answering = fields.Dict(keys=fields.String(), values=fields.Nested(AnsweringSchema))
    completeness = fields.Nested(CompletenessSchema)


class MeasureSchema(Schema):
    """One version of a measure, in words."""

    id = fields.String()
    version = fields.Integer()
    name = fields.String()
    numerator = fields.String()
    denominator = fields.String()
    exclusions = fields.String()
    window = fields.String()
    direction = fields.String()
    status = fields.String()
    source = fields.String()
    note = fields.String()


MeasurePage = page_of(MeasureSchema)


class ReferralLineOut(Schema):
    """A referral behind the figures, without a name."""

    referral_id = fields.UUID()
    sent_on = fields.Date()
    domain = fields.String()
    plan_name = fields.String(allow_none=True)
    organization_name = fields.String()
    service_name = fields.String()
    county = fields.String(allow_none=True)
    status = fields.String()
    connection = fields.String()


class ReferralLinePage(Schema):
    """A page of them; `next` is the `after` of the following page."""

    items = fields.List(fields.Nested(ReferralLineOut))
    next = fields.String(allow_none=True)
