"""Lets rows of tables be chosen, and says at the end which tests were skipped and what to do about it, one line a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests import tables


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest before it reads its command line."""
    parser.addoption("--row", action="append", default=[], help="go through these rows of tables alone (part of a name)")


def pytest_configure(config: pytest.Config) -> None:
    """Called by pytest when it has read its command line."""
    tables.chosen[:] = config.getoption("--row")


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
