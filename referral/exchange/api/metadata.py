"""FHIR: what this server can do."""

from flask import Response

from referral.exchange.api.blueprint import answered, api, base_url
from referral.exchange.fhir.capability import capability_statement
from referral.web.guard import public


@api.get("/metadata")
@public
def metadata() -> Response:
    """Read the CapabilityStatement: programs ask before they sign in (FHIR R4, http.html#capabilities)."""
    return answered(capability_statement(base_url()))
