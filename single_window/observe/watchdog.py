"""Logs when a stage has work that it should have finished by now."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Engine

from single_window.clock import monotonic, system_now
from single_window.observe.backlogs import StageBacklog, late_stages
from single_window.store.engine import reading

log = structlog.get_logger(__name__)
CHECK_SECONDS = 5.0
"""Seconds between two checks of a watchdog."""
REPEAT_SECONDS = 600.0
"""Seconds after which a late stage is logged again."""


class Watchdog:
    """Checks periodically and logs when a stage becomes late, still is, and is not any more."""

    def __init__(self, seconds: int, every: float = CHECK_SECONDS, again: float = REPEAT_SECONDS) -> None:
        self._seconds, self._every, self._again = seconds, every, again
        self._next_check = 0.0
        self._reported: dict[str, float] = {}

    def watch(self, engine: Engine) -> None:
        """Check if a check is due."""
        began = monotonic()
        if began < self._next_check:
            return
        self._next_check = began + self._every
        with reading(engine) as connection:
            late = late_stages(connection, system_now(), self._seconds)
        self.report(late, monotonic())
        # scanning a large backlog is slow: spend at most 2 % of the time on it
        self._next_check = began + max(self._every, 50 * (monotonic() - began))

    def report(self, late: Sequence[StageBacklog], at: float) -> None:
        """Log changes of the late stages; `at` in monotonic seconds."""
        for backlog in late:
            if at - self._reported.get(backlog.stage, float("-inf")) >= self._again:
                self._reported[backlog.stage] = at
                _log_overdue(backlog)
        for stage in sorted(set(self._reported) - {backlog.stage for backlog in late}):
            del self._reported[stage]
            log.info("stage.in_time", stage=stage)


def _log_overdue(backlog: StageBacklog) -> None:
    log.warning(
        "stage.overdue",
        stage=backlog.stage,
        late=backlog.late,
        oldest=round(backlog.oldest, 1),
        examples=backlog.examples,
        words=backlog.words.en,
        remedy=backlog.remedy.en,
    )
