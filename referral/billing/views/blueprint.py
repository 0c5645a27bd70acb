"""The blueprint that the pages of billing hang on."""

from flask import Blueprint

pages = Blueprint("billing", __name__)
