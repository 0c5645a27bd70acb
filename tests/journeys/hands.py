"""A person's hands on a page: they click, press keys and type, and every one of it is counted."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "no Chromium on this machine"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 30_000
ACCESSIBLE = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@dataclass
class Hands:
    """One person at one browser. A click, a key, a choice and a typed field are one deed each."""

    page: Page
    who: str
    deeds: Counter[str] = field(default_factory=Counter)
    step: str = ""
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Be patient, and listen to what the browser complains about."""
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, line) -> None:
        if line.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {line.text}")

    def begin(self, step: str) -> None:
        """Count from now on under the name of this step."""
        self.step = step

    def counted(self, *steps: str) -> int:
        """Return how many deeds these steps took."""
        return sum(self.deeds[step] for step in steps)

    # -- deeds -------------------------------------------------------------------

    def press(self, key: str) -> None:
        """Press one key."""
        self._count()
        self.page.keyboard.press(key)
        self._arrive()

    def type(self, label: str, text: str, *, within: Locator | None = None) -> None:
        """Fill a field, found by its label."""
        self._count()
        (within or self.page).get_by_label(label, exact=False).first.fill(text)

    def type_here(self, text: str) -> None:
        """Fill the field that has the focus."""
        self._count()
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, *, within: Locator | None = None) -> None:
        """Click the label of a radio button or a checkbox."""
        self._count()
        (within or self.page).locator("label", has_text=re.compile(label)).first.click()

    def pick(self, label: str, option: str) -> None:
        """Choose from a list, found by its label."""
        self._count()
        box = self.page.get_by_label(label, exact=False).first
        box.select_option(label=box.locator("option", has_text=option).first.inner_text())

    def click(self, name: str, *, role: str = "button", within: Locator | None = None) -> None:
        """Click a button or a link, found by its name."""
        self._count()
        (within or self.page.locator("main")).get_by_role(role, name=name).first.click()
        self._arrive()

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        """Click a link."""
        self.click(name, role="link", within=within)

    def navigate(self, name: str) -> None:
        """Click an item of the bar at the top."""
        self.click(name, role="link", within=self.page.get_by_role("navigation", name="Main"))

    def role_of(self, name: str) -> str:
        """Return whether a deed of this name is a button or a link."""
        self.page.locator("main", has_text=name).wait_for()
        return "button" if self.page.locator("main").get_by_role("button", name=name).count() else "link"

    def open(self, summary: str) -> None:
        """Open what is folded."""
        self._count()
        self.page.locator("summary", has_text=summary).first.click()

    # -- looking ------------------------------------------------------------------

    def sees(self, *words: str) -> None:
        """Expect words on the page."""
        for some in words:
            expect(self.page.locator("main")).to_contain_text(some, timeout=PATIENCE_MS)

    def sees_not(self, *words: str) -> None:
        """Expect that words are not on the page."""
        for some in words:
            expect(self.page.locator("main")).not_to_contain_text(some, timeout=PATIENCE_MS)

    def arrives(self, heading: str, *words: str) -> None:
        """Expect a page by its heading and words, and that it is a good one."""
        self.is_at(heading)
        self.sees(*words)
        self.check()

    def is_at(self, heading: str) -> None:
        """Expect a page by its heading."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading, timeout=PATIENCE_MS)

    def check(self) -> None:
        """Let axe-core look at the page, and expect that neither it nor the browser complains."""
        found = Axe().run(self.page, options=ACCESSIBLE).response["violations"]
        problems = [f"{one['id']}: {node['target']} {node['html'][:160]}" for one in found for node in one["nodes"]]
        assert not problems + self.complaints, "\n".join([self.page.url, *problems, *self.complaints])

    def table(self) -> list[str]:
        """Return what was counted, a line a step."""
        return [f"{self.who:<8}{step:<32}{count:>4}" for step, count in self.deeds.items()]

    def may_open(self, address: str) -> int:
        """Return how the server answers this person at an address, without going there."""
        return self.page.context.request.get(address, max_redirects=0).status

    def _count(self) -> None:
        self.deeds[self.step] += 1

    def _arrive(self) -> None:
        self.page.wait_for_load_state("load")
