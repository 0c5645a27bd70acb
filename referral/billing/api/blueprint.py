"""The blueprint that the JSON API of billing shares."""

from flask_smorest import Blueprint

api = Blueprint("billing_api", __name__, url_prefix="/api/v1", description="Deliveries, invoices, payments")
