"""What the forms of accounts take."""

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from referral.organizations.rules import Role
from referral.web.shapes import Strict, page_of


class SignInForm(Schema):
    """The sign-in form."""

    email = fields.String(required=True, validate=validate.Length(1, 254, error="Enter your e-mail address."))
    password = fields.String(required=True, validate=validate.Length(1, 256, error="Enter your password."))
    next = fields.String(load_default="")


class OtherWaysQuery(Schema):
    """The organization whose own sign-in somebody looks for."""

    organization = fields.String(load_default="", validate=validate.Length(max=200))


class ChooseForm(Schema):
    """The choice of the organization to work for."""

    membership_id = fields.UUID(required=True, error_messages={"required": "Choose an organization."})


class CodeForm(Schema):
    """A code of the app, or a recovery code."""

    code = fields.String(required=True, validate=validate.Length(1, 60), error_messages={"required": "Write the code."})
    next = fields.String(load_default="")


class NewAppForm(CodeForm):
    """The first code of a new app, and the key it was made with."""

    key = fields.String(required=True, validate=validate.Length(1, 500))


class ConfirmForm(Schema):
    """The password, given again."""

    password = fields.String(
        required=True, validate=validate.Length(1, 256), error_messages={"required": "Enter your password."}
    )
    next = fields.String(load_default="")


class NewPasswordForm(Schema):
    """A new password, typed twice."""

    new_password = fields.String(required=True, error_messages={"required": "Choose a password."})
    again = fields.String(required=True, error_messages={"required": "Type the password a second time."})

    @validates_schema
    def _are_equal(self, data: dict[str, str], **_: object) -> None:
        if data.get("new_password") != data.get("again"):
            raise ValidationError("The two passwords are not the same.", "again")


class ProviderForm(Strict):
    """An organization's own sign-in; an empty secret keeps the one that is known."""

    issuer = fields.String(
        required=True,
        validate=validate.Length(1, 500),
        error_messages={"required": "Write the address that the provider names as its issuer."},
    )
    client_id = fields.String(
        required=True,
        validate=validate.Length(1, 500),
        error_messages={"required": "Write the name that the provider gave this client."},
    )
    client_secret = fields.String(load_default="", validate=validate.Length(max=1000), load_only=True)
    is_sso_only = fields.Boolean(load_default=False)


class ProviderOut(Schema):
    """Where the members of an organization sign in; the secret is never told."""

    organization_id = fields.UUID(required=True)
    organization = fields.String(required=True, attribute="organization.name")
    issuer = fields.String(required=True)
    client_id = fields.String(required=True)
    is_sso_only = fields.Boolean(required=True)
    is_active = fields.Boolean(required=True)
    slug = fields.String(required=True, metadata={"description": "Their sign-in is at /sign-in/with/<slug>"})


ProviderPage = page_of(ProviderOut)


class AccountOut(Schema):
    """A colleague's account in one organization."""

    id = fields.UUID(required=True, metadata={"description": "Of the membership"})
    name = fields.String(required=True, attribute="user.name")
    email = fields.String(required=True, attribute="user.email")
    organization = fields.String(required=True, attribute="organization.name")
    roles = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)


class HandedLinkOut(Schema):
    """A link to hand over."""

    url = fields.String(required=True, metadata={"description": "Works once; given only here"})
    expires_at = fields.AwareDateTime(required=True)


class RolesForm(Strict):
    """The roles of a colleague."""

    roles = fields.List(
        fields.Enum(Role, by_value=True),
        required=True,
        validate=validate.Length(1, error="Choose at least one role."),
        error_messages={"required": "Choose at least one role."},
    )


class ResetForm(Strict):
    """Whether the second factor is lost too."""

    forgets_factor = fields.Boolean(load_default=False)
