"""The blueprint that the JSON API of programs shares."""

from flask_smorest import Blueprint

api = Blueprint("programs_api", __name__, url_prefix="/api/v1", description="Enrollments and service authorizations")
