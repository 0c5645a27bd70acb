"""A process of the server is ready for reports before the first of them is asked for."""

from threading import Event

import pytest

from referral import app, server
from referral.equity.queries import reading


def test_a_process_of_the_server_warms_up_beside_its_first_requests(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    is_warm = Event()
    monkeypatch.setattr(server, "load_target", lambda _target: "the program")
    monkeypatch.setattr(app, "warm_up", is_warm.set)
    assert server._load_and_tell(str(tmp_path)) == "the program"
    assert is_warm.wait(5)


def test_warming_up_translates_one_question_of_each_report() -> None:
    reading.translated.cache_clear()
    app.warm_up()
    assert reading.translated.cache_info().currsize == 3
