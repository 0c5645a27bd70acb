"""The one blueprint that all pages of the directory stand in."""

from flask import Blueprint

pages = Blueprint("directory", __name__)
