"""The blueprint that the pages of programs hang on."""

from flask import Blueprint

pages = Blueprint("programs", __name__)
