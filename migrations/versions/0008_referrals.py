"""Referrals: the row, its moves, attempts to reach the person, evidence and contradictions."""

import sqlalchemy as sa
from alembic import op

from referral.foundation.rls import Protection, append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = "'accepted', 'draft', 'in_review', 'in_service', 'needs_person', 'sent', 'waitlisted'"
ENDED = "'declined', 'entered_in_error', 'expired', 'not_served', 'recalled', 'served', 'withdrawn'"
OF_REFERRAL = ("status_change", "contact_attempt", "outcome_evidence", "contradiction")

PROTECTIONS = tuple(
    Protection(
        table=table,
        organization_columns=("sending_organization_id", "receiving_organization_id"),
        plan_column="plan_id",
        lead_column="network_lead_id",
        level_column="level",
        grant_scopes=("record",),
    )
    for table in ("referral", *OF_REFERRAL)
)


def upgrade() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("service_at_location_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid()),
        sa.Column("successor_of_id", sa.Uuid()),
        sa.Column("channel", sa.String(60), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("reason_code", sa.Text()),
        sa.Column("urgency", sa.String(60), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("area", sa.Text()),
        sa.Column("place_in_line", sa.Integer()),
        sa.Column("expected_on", sa.Date()),
        sa.Column("connection", sa.String(60), nullable=False),
        sa.Column("is_outcome_withheld", sa.Boolean(), nullable=False),
        sa.Column("created_by_user_id", sa.Uuid()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True))
            for name in (
                "sent_at",
                "due_at",
                "first_response_at",
                "taken_at",
                "accepted_at",
                "started_at",
                "ended_at",
            )
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        *parties("referral"),
        sa.CheckConstraint(f"(ended_at IS NOT NULL) = (status IN ({ENDED}))", name=op.f("ck_referral_ended_when_over")),
        key("referral", "need_id", "need"),
        key("referral", "service_at_location_id", "service_at_location"),
        key("referral", "consent_id", "consent"),
        key("referral", "successor_of_id", "referral"),
        key("referral", "created_by_user_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sa.UniqueConstraint("number", name="uq_referral_number"),
    )
    for column in ("need_id", "service_at_location_id", "consent_id", "successor_of_id", "person_id"):
        op.create_index(f"ix_referral_{column}", "referral", [column])
    for name, columns in {
        "inbox": ["receiving_organization_id", "status", "id"],
        "outbox": ["sending_organization_id", "status", "id"],
        "network": ["network_id", "status", "id"],
        "plan": ["plan_id", "sent_at"],
        "lead": ["network_lead_id", "sent_at"],
    }.items():
        op.create_index(f"ix_referral_{name}", "referral", columns)
    op.create_index(
        "uq_referral_open_once",
        "referral",
        ["person_id", "need_id", "service_at_location_id"],
        unique=True,
        postgresql_where=sa.text(f"status IN ({OPEN})"),
    )
    log_of_moves()
    log_of_contacts()
    outcomes()
    for protection in PROTECTIONS:
        for statement in protection.statements():
            op.execute(statement)
    for statement in append_only("status_change"):
        op.execute(statement)


def log_of_moves() -> None:
    op.create_table(
        "status_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("from_status", sa.String(60), nullable=False),
        sa.Column("to_status", sa.String(60), nullable=False),
        sa.Column("party", sa.String(60), nullable=False),
        sa.Column("reason_code", sa.Text()),
        sa.Column("note", sa.Text()),
        *acted("status_change"),
        *of_referral("status_change"),
        sa.PrimaryKeyConstraint("id", name="pk_status_change"),
        sa.UniqueConstraint("referral_id", "version", name="uq_status_change_referral_id_version"),
    )
    indexes("status_change")


def log_of_contacts() -> None:
    op.create_table(
        "contact_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(60), nullable=False),
        sa.Column("result", sa.String(60), nullable=False),
        sa.Column("note", sa.Text()),
        *acted("contact_attempt"),
        *of_referral("contact_attempt"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_attempt"),
    )
    indexes("contact_attempt")


def outcomes() -> None:
    op.create_table(
        "outcome_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("answer", sa.String(60), nullable=False),
        sa.Column("heard_by", sa.String(60), nullable=False),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("note", sa.Text()),
        sa.Column("retracted_at", sa.DateTime(timezone=True)),
        *acted("outcome_evidence"),
        *of_referral("outcome_evidence"),
        sa.PrimaryKeyConstraint("id", name="pk_outcome_evidence"),
        sa.UniqueConstraint("referral_id", "kind", "source_id", name="uq_outcome_evidence_referral_id_kind_source_id"),
    )
    indexes("outcome_evidence")
    op.create_table(
        "contradiction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("final_answer", sa.String(60)),
        sa.Column("note", sa.Text()),
        sa.Column("closed_by_user_id", sa.Uuid()),
        *of_referral("contradiction"),
        key("contradiction", "closed_by_user_id", "app_user"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (final_answer IS NULL)", name=op.f("ck_contradiction_closed_with_an_answer")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contradiction"),
    )
    indexes("contradiction")
    still_open = sa.text("closed_at IS NULL")
    op.create_index("uq_contradiction_open", "contradiction", ["referral_id"], unique=True, postgresql_where=still_open)
    op.create_index("ix_contradiction_queue", "contradiction", ["network_id"], postgresql_where=still_open)


def parties(table: str) -> list[sa.Constraint]:
    """Return the columns by which row-level security decides, and their keys."""
    required = ("person_id", "network_id", "sending_organization_id", "receiving_organization_id")
    targets = {"person_id": "person", "network_id": "network"}
    return [
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in required),
        sa.Column("plan_id", sa.Uuid()),
        sa.Column("network_lead_id", sa.Uuid()),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        *(key(table, name, targets.get(name, "organization")) for name in (*required, "plan_id", "network_lead_id")),
    ]


def of_referral(table: str) -> list[sa.Constraint]:
    """Return what a row that belongs to a referral carries."""
    return [
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        key(table, "referral_id", "referral"),
        *parties(table),
    ]


def acted(table: str) -> list[sa.Constraint]:
    """Return when something happened, when it was written down, and by whom."""
    return [
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user_id", sa.Uuid()),
        sa.Column("by_organization_id", sa.Uuid()),
        key(table, "by_user_id", "app_user"),
        key(table, "by_organization_id", "organization"),
        sa.CheckConstraint("occurred_at <= recorded_at", name=op.f(f"ck_{table}_not_in_the_future")),
    ]


def key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")


def indexes(table: str) -> None:
    for column in ("referral_id", "person_id"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table in (*reversed(OF_REFERRAL), "referral"):
        op.drop_table(table)
    op.execute("DROP FUNCTION status_change_is_append_only()")
