"""Forms as a browser sends them back: with the hidden fields that the page gave them."""

import re

from flask.testing import FlaskClient

VERSION = re.compile(r'name="version" value="(\d+)"')


def version_on(client: FlaskClient, address: str) -> str:
    """Return the version that the form of this page shows."""
    found = VERSION.search(client.get(address).text)
    assert found is not None, f"{address} shows no version"
    return found[1]
