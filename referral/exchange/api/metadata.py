"""FHIR: what this server can do."""

from flask import Response

from referral.exchange.api.blueprint import answered, api, base_url
from referral.exchange.fhir.capability import capability_statement
from referral.web.guard import signed_in


@api.get("/metadata")
@signed_in
def metadata() -> Response:
    """Read the CapabilityStatement."""
    return answered(capability_statement(base_url()))
