"""The blueprint that the pages of screening share."""

from flask import Blueprint

pages = Blueprint("screening", __name__)
