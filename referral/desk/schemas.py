"""What the forms of the desk take."""

from marshmallow import Schema, fields, validate

from referral.organizations.rules import Role


class NewUserForm(Schema):
    """A new colleague with their roles."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    email = fields.Email(required=True)
    password = fields.String(required=True)
    roles = fields.List(
        fields.Enum(Role, by_value=True),
        required=True,
        validate=validate.Length(1, error="Choose at least one role."),
        error_messages={"required": "Choose at least one role."},
    )
