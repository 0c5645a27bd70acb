"""The person, their phones and their addresses."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.foundation.database import Base, EnumNumber, Id
from referral.foundation.encryption import EncryptedText
from referral.people.rules.contact_ways import PhoneUse
from referral.people.rules.safe_contact import ContactChannel, SafeContact
from referral.people.rules.sensitivity import SensitivityLevel


class Person(Base):
    """Somebody who asked for help. All that is not needed to help may be empty: it was not asked or not answered."""

    __tablename__ = "person"
    __table_args__ = (
        Index(None, "network_id", "birth_on"),
        Index(None, "network_id", "family_name_sound"),
        Index(None, "network_id", "folded_name", postgresql_ops={"folded_name": "text_pattern_ops"}),
        Index(None, "network_id", "folded_family_name", postgresql_ops={"folded_family_name": "text_pattern_ops"}),
        CheckConstraint("household_size BETWEEN 1 AND 50", name="household_size"),
        CheckConstraint("is_hidden = (level = 3)", name="hidden_is_l3"),
    )
    id: Mapped[Id]
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    number: Mapped[str] = mapped_column(unique=True)
    """To read out on the phone: P-7F3K2Q."""
    given_name: Mapped[str]
    family_name: Mapped[str]
    suffix: Mapped[str | None]
    called: Mapped[str | None]
    """The name the person wants to be called by."""
    folded_name: Mapped[str]
    """Given and family name as search compares them: lower case, no accents."""
    folded_family_name: Mapped[str]
    family_name_sound: Mapped[str]
    birth_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="en")
    """The language to speak with them in (BCP 47)."""
    written_language: Mapped[str | None]
    needs_interpreter: Mapped[bool | None]
    household_size: Mapped[int | None]
    email: Mapped[str | None]
    contact_preference: Mapped[ContactChannel | None]
    can_text: Mapped[bool | None]
    """What they said about texts; a text leaves only with a consent to messages as well."""
    can_leave_message: Mapped[bool | None]
    safe_channels: Mapped[list[str]] = mapped_column(default=list)
    safe_weekdays: Mapped[list[str]] = mapped_column(default=list)
    safe_from: Mapped[time | None]
    safe_until: Mapped[time | None]
    safe_note: Mapped[str | None] = mapped_column(EncryptedText("person.safe_note"))
    safe_confirmed_at: Mapped[datetime | None]
    time_zone: Mapped[str | None]
    """IANA zone of where they live; None when it is not known."""
    is_hidden: Mapped[bool] = mapped_column(default=False)
    """Not findable by anybody but their own navigator."""
    level: Mapped[SensitivityLevel] = mapped_column(EnumNumber(SensitivityLevel), default=SensitivityLevel.L1)
    intake_organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    owner_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 -- SQLAlchemy reads this attribute

    @property
    def full_name(self) -> str:
        """The whole name as a letter would say it."""
        return " ".join(part for part in (self.given_name, self.family_name, self.suffix) if part)

    @property
    def safe_contact(self) -> SafeContact | None:
        """What the person said about safe contact, or None when nobody asked."""
        if self.safe_confirmed_at is None:
            return None
        return SafeContact(
            channels=frozenset(ContactChannel(channel) for channel in self.safe_channels),
            confirmed_at=self.safe_confirmed_at,
            may_leave_message=bool(self.can_leave_message),
            weekdays=frozenset(int(day) for day in self.safe_weekdays),
            from_time=self.safe_from,
            until_time=self.safe_until,
        )

    @property
    def name_to_call(self) -> str:
        """The name to greet the person with."""
        return self.called or self.given_name


class PersonPhone(Base):
    """A phone number of a person, from when to when; households share numbers, so it is not unique."""

    __tablename__ = "person_phone"
    __table_args__ = (
        Index(None, "number"),
        Index(
            "uq_person_phone_primary",
            "person_id",
            unique=True,
            postgresql_where=text("is_primary AND ended_at IS NULL"),
        ),
    )
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    number: Mapped[str]
    """E.164."""
    use: Mapped[PhoneUse]
    is_primary: Mapped[bool]
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When the person read back the code that this number got; a link to their own page is texted to no other."""
    confirmed_by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    """Who heard it."""
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_texted_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class PersonAddress(Base):
    """Where a person lives or stays, from when to when; the last one is the present one."""

    __tablename__ = "person_address"
    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    network_id: Mapped[UUID] = mapped_column(ForeignKey("network.id"))
    line_1: Mapped[str | None]
    """Empty for somebody without a fixed address."""
    line_2: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    postal_code: Mapped[str | None]
    county: Mapped[str | None]
    starts_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
