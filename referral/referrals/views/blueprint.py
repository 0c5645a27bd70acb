"""The pages of referrals."""

from flask import Blueprint

pages = Blueprint("referrals", __name__)
