"""The one blueprint that all pages about people stand in."""

from flask import Blueprint

pages = Blueprint("people", __name__)
