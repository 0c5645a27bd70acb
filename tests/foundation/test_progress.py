"""Long work says how far it is."""

import pytest

from referral.foundation.progress import bar


def test_a_bar_lets_every_step_pass_and_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(bar(range(3), 3, "People")) == [0, 1, 2]
    told = capsys.readouterr().err
    assert "People" in told
    assert "3/3" in told
