"""What the sign-in forms take."""

from marshmallow import Schema, fields, validate


class SignInForm(Schema):
    """The sign-in form."""

    email = fields.String(required=True, validate=validate.Length(1, 254, error="Enter your e-mail address."))
    password = fields.String(required=True, validate=validate.Length(1, 256, error="Enter your password."))
    next = fields.String(load_default="")


class ChooseForm(Schema):
    """The choice of the organization to work for."""

    membership_id = fields.UUID(required=True, error_messages={"required": "Choose an organization."})
