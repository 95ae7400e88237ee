"""The end of a run reports what was not tested, and why."""

from __future__ import annotations

import pytest

from tests.conftest import reasons


def skipped(test: str, reason: str) -> pytest.TestReport:
    return pytest.TestReport(test, (test, 1, test), {}, "skipped", (test, 1, f"Skipped: {reason}"), "setup")


def test_every_reason_is_reported_once_with_the_number_of_tests_and_the_most_frequent_first() -> None:
    reports = [skipped("a", "no RabbitMQ"), skipped("b", "no PostgreSQL"), skipped("c", "no PostgreSQL")]
    assert reasons(reports) == ["2 skipped: no PostgreSQL", "1 skipped: no RabbitMQ"]


def test_where_all_was_tested_nothing_is_said() -> None:
    assert reasons([]) == []
