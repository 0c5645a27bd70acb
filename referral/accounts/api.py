"""JSON: who a token acts as."""

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from referral.foundation.principal import Principal
from referral.web.guard import signed_in
from referral.web.transaction import me

api = Blueprint("accounts_api", __name__, url_prefix="/api/v1", description="Who asks")


class MeSchema(Schema):
    """The membership that a token acts as."""

    name = fields.String(metadata={"description": "The user's name"})
    organization_id = fields.UUID()
    organization_name = fields.String()
    network_id = fields.UUID()
    roles = fields.List(fields.String())
    permissions = fields.List(fields.String())


@api.route("/me")
@signed_in
@api.response(200, MeSchema)
def who_am_i() -> Principal:
    """Return the membership that the token acts as, and what it may do."""
    return me()
