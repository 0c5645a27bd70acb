"""Takes the pictures of README and docs/roles from a running demonstration, so that anybody can make them again.

Start `make demo`, wait until the year is told, then: `python docs/screenshots.py http://127.0.0.1:8000`.
Needs the development requirements (Playwright) and a Chromium. The last picture makes a link for one invented person.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
PASSWORD = "longleaf pine demo"  # noqa: S105 -- of the demonstration, printed by `make demo`
DESK, TALL, PHONE = {"width": 1280, "height": 860}, {"width": 1280, "height": 1120}, {"width": 390, "height": 844}
MOST_BYTES = 150_000
TIME_ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page of one role, at the size that role works with."""

    name: str
    who: str
    path: str
    size: dict[str, int]
    before: Callable[[Page], None] | None = None


def first_invoice(page: Page) -> None:
    """Open the first invoice that waits."""
    page.locator("main th a").first.click()


def own_page(page: Page) -> None:
    """Follow somebody's referral to the page that the person opens with a birth date, and sign in as that person."""
    page.locator("main th a").first.click()
    page.locator("main a[href^='/people/']").first.click()
    person_url = page.url.split("?")[0].split("#")[0]
    page.goto(f"{person_url}/edit")
    born = page.locator("[name^='birth_on']")
    values = [field.input_value() for field in born.all()]
    page.goto(f"{person_url}/consents")
    button = page.locator("form[action$='/own-page'] button")
    button.evaluate("button => { const more = button.closest('details'); if (more) more.open = true }")
    button.click()
    page.goto(page.locator(".address a").get_attribute("href") or "")
    year, month, day = values[0].split("-") if len(values) == 1 else (values[2], values[0], values[1])
    for part, value in (("month", month), ("day", day), ("year", year)):
        page.fill(f"[name='birth_on.{part}']", value)
    page.locator("main button[type=submit]").first.click()


PICTURES = (
    Picture("navigator", "nora", "/", DESK),
    Picture("community-organization", "carla", "/inbox", PHONE),
    Picture("network-lead", "leo", "/reports/plan", TALL),
    Picture("plan", "paula", "/reports/equity", TALL),
    Picture("plan-authorizations", "paula", "/", DESK),
    Picture("plan-invoice", "finn", "/invoices?state=approved_by_lead", DESK, first_invoice),
    Picture("administrator", "ada", "/", DESK),
    Picture("the-person", "nora", "/referrals?box=active", PHONE, own_page),
)


@contextmanager
def signed_in(browser: Browser, address: str, who: str, size: dict[str, int]) -> Iterator[Page]:
    """Yield a page on which somebody of the demonstration is signed in."""
    context = browser.new_context(viewport=size, timezone_id=TIME_ZONE, locale="en-US", reduced_motion="reduce")  # type: ignore[arg-type]  # a ViewportSize
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


def take(browser: Browser, address: str, picture: Picture) -> Path:
    """Take one picture; raises when the page fails or the file is heavier than a reader should wait for."""
    with signed_in(browser, address, picture.who, picture.size) as page:
        answer = page.goto(address + picture.path)
        if answer is None or not answer.ok:
            raise RuntimeError(f"{picture.path} did not open for {picture.who}.")
        if picture.before:
            picture.before(page)
        page.wait_for_load_state("networkidle")
        file = FOLDER / f"{picture.name}.png"
        page.screenshot(path=file)
    if file.stat().st_size > MOST_BYTES:
        raise RuntimeError(f"{file.name} is heavier than {MOST_BYTES} bytes.")
    return file


def main(address: str) -> None:
    """Take every picture from the demonstration at an address."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for picture in PICTURES:
            file = take(browser, address.rstrip("/"), picture)
            print(f"{file.name}: {file.stat().st_size // 1000} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
