"""Work for later is always somebody's, and what happened has a name with a grammar."""

import re
from pathlib import Path

import pytest

from referral.app import HANDLERS, SCHEDULE, handlers
from referral.foundation.settings import Settings
from tests.house.source import calls, files, first_text, name_of

TAG = re.compile(r"[a-z][a-z_-]*(:[a-z0-9][a-z0-9_-]*)+")


@pytest.fixture(scope="module")
def reacting() -> set[str]:
    class NoDatabase:
        """Handlers are only named here, never run."""

    return set(handlers(Settings(home=Path()), NoDatabase()))  # type: ignore[arg-type] # see above


def written_tasks() -> dict[str, str]:
    return {
        task: name_of(path)
        for path in files()
        for call in calls(path, "jobs.add")
        if (task := first_text(call, 1)) is not None
    }


def test_every_job_has_somebody_who_reacts(reacting: set[str]) -> None:
    orphans = {task: where for task, where in written_tasks().items() if task not in reacting}
    assert orphans == {}


def test_every_scheduled_task_has_somebody_who_reacts(reacting: set[str]) -> None:
    assert set(SCHEDULE) <= reacting


def test_nobody_waits_for_a_job_that_nobody_writes(reacting: set[str]) -> None:
    computed = any(
        first_text(call, 1) is None
        for path in files()
        for call in calls(path, "jobs.add")
        if "worker.py" not in name_of(path)
    )
    never_written = reacting - set(written_tasks()) - set(SCHEDULE)
    text = "\n".join(path.read_text(encoding="utf-8") for path in files() if path.name != "app.py")
    unknown = {task for task in never_written if not (computed and (task in text or task.split(".")[0] in text))}
    assert unknown == set()


def test_the_visible_table_names_every_task_but_the_carrier_and_the_sealer(reacting: set[str]) -> None:
    assert reacting - set(HANDLERS) == {"message.send", "audit.seal", "audit.checkpoint"}


def test_audit_tags_follow_one_grammar() -> None:
    odd = [
        f"{name_of(path)}: {tag}"
        for path in files()
        for call in calls(path, "audit.record", "audit.record_list", "audit.record_security", "record_security")
        if (tag := first_text(call, 1)) is not None and not TAG.fullmatch(tag)
    ]
    assert odd == []
