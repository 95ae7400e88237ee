"""Probes: what they send is what they say, so that a window that is silent about it is wrong."""

from __future__ import annotations

import pytest

from schemas.parsing import Unreadable
from schemas.reading import open_message
from simulators.entry.windows import WindowClient, ephemeral_window
from simulators.probes import unreadable
from simulators.probes.probing import PROBES, probe_window
from single_window.intake.trades import sample

ORDER = sample("import", "probe", 0).messages["311"]


@pytest.mark.parametrize("name", unreadable.DAMAGES)
def test_what_is_damaged_cannot_be_read(name: str) -> None:
    with pytest.raises(Unreadable):
        open_message(unreadable.DAMAGES[name](ORDER))


@pytest.mark.long
def test_nothing_is_wrong_with_a_sound_window() -> None:
    with ephemeral_window() as own, WindowClient(own.url) as client:
        verdicts = list(probe_window(client))
    assert [verdict.trade for verdict in verdicts] == list(PROBES)
    assert [complaint for verdict in verdicts for complaint in verdict.complaints] == []
