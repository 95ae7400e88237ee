"""What to do about a list that waits for its inspection: a tester does not expect a draw, nor a clock that stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from declarations.calendar import HOUR
from single_window.cases.declarations.parts import OpenDeadlineOut
from single_window.clock import Clock
from single_window.language import phrases
from single_window.language.words import Words

PLAIN = "single-window sandbox create NAME --preset plain"
_WAITS = "under_inspection"


def advice(sandbox: str, clock: Clock, order_no: str, state: str, due: Sequence[OpenDeadlineOut]) -> Words | None:
    """How to continue with a list in a state, whose deadlines are `due`; None where there is nothing to advise."""
    if state != _WAITS:
        return None
    chosen = "" if sandbox == "main" else f" --sandbox {sandbox}"
    stands = clock.kind == "virtual" and not clock.rate
    hours = max(1, -(-(_last(due) - clock.now()) // HOUR)) if due else 24
    phrase = phrases.phrase("label", "inspection_stands" if stands else "inspection_runs")
    values = {
        "advance": f"single-window clock advance {hours}h{chosen}",
        "act": f"single-window act {order_no} conclude{chosen}",
        "plain": PLAIN,
    }
    return Words(phrase.zh.format(**values), phrase.en.format(**values))


def _last(due: Sequence[OpenDeadlineOut]) -> int:
    return int(datetime.fromisoformat(max(deadline.at for deadline in due)).timestamp() * 1_000)
