"""Says at the end of a run, in one line a reason, which tests were skipped and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest


def reasons(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """One line for each reason, the most frequent first."""
    counted = Counter(one.longrepr[2].removeprefix("Skipped: ") for one in skipped if isinstance(one.longrepr, tuple))
    return [f"{count} skipped: {reason}" for reason, count in counted.most_common()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Called by pytest when all tests have ended."""
    if lines := reasons(terminalreporter.getreports("skipped")):
        terminalreporter.section("not tested", sep="-")
        for line in lines:
            terminalreporter.write_line(line)
