"""The blueprint that the JSON API of the directory shares."""

from flask_smorest import Blueprint

api = Blueprint("directory_api", __name__, url_prefix="/api/v1", description="The resource directory")
