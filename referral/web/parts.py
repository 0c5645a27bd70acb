"""Makes the macros of `templates/parts/` one global, `ui`, so that pages and htmx blocks need no imports."""

from typing import Any

from flask import Flask
from jinja2 import Environment

from referral.web import assets, chips, forms
from referral.web.format import install as install_filters

FILES = ("actions", "charts", "fields", "lists", "people", "status", "words")


class Parts:
    """Finds a macro by name in the files of `templates/parts/`; loaded once, again only while developing."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._macros: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if not self._macros or self._environment.auto_reload:
            self._macros = self._load()
        try:
            return self._macros[name]
        except KeyError as missing:
            raise AttributeError(f"No macro {name!r} in templates/parts/") from missing

    def _load(self) -> dict[str, Any]:
        macros: dict[str, Any] = {}
        for file in FILES:
            found = _macros_in(self._environment, f"parts/{file}.html")
            twice = macros.keys() & found.keys()
            if twice:
                raise LookupError(f"Macros defined twice in templates/parts/: {', '.join(sorted(twice))}")
            macros.update(found)
        return macros


def _macros_in(environment: Environment, template: str) -> dict[str, Any]:
    module = environment.get_template(template).module
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def install(app: Flask) -> None:
    """Give every template `ui` (the macros), chips, icons, asset addresses and the filters."""
    install_filters(app)
    app.jinja_env.filters.update(in_words=chips.in_words)
    app.jinja_env.globals.update(
        ui=Parts(app.jinja_env),
        asset_url=assets.asset_url,
        icon=chips.icon,
        chip=chips.chip,
        status_chip=chips.status_chip,
        need_chip=chips.need_chip,
        blank_form=forms.FormState(),
        field_id=forms.field_id,
    )
