"""For all tests: databases, rows of tables that are chosen, and at the end which tests were skipped and why."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

import tests.compiled  # before anything that is to be kept is imported
import tests.disks  # before the first engine is made
import tests.garbage  # before tests are collected
import tests.hashes  # before the first password
import tests.keys  # before the first certificate
import tests.routes  # before the first application is made
import tests.statements  # before the first engine is made
import tests.templates  # noqa: F401 - before the first application is made
from tests import tables
from tests.brokers import Vhost, empty_vhost
from tests.databases import made_database


def pytest_addoption(parser: pytest.Parser) -> None:
    """Called by pytest before it reads its command line."""
    parser.addoption("--row", action="append", default=[], help="go through these rows of tables only (part of a name)")


def pytest_configure(config: pytest.Config) -> None:
    """Called by pytest when it has read its command line."""
    # the settings of a window of whoever runs the tests are none of theirs
    for name in [name for name in os.environ if name.startswith("SINGLE_WINDOW_")]:
        if not name.startswith(("SINGLE_WINDOW_TEST_", "SINGLE_WINDOW_PROCESSES")):
            del os.environ[name]
    # a program that a test starts has one process, unless the test is about more: each takes a second to start
    os.environ.setdefault("SINGLE_WINDOW_PROCESSES", "1")
    # how long the drawing of examples takes is the machine's matter; only the long proofs draw others each time
    drawn_anew = config.option.markexpr == "long" and "CI" not in os.environ
    settings.register_profile(
        "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=not drawn_anew
    )
    settings.load_profile("any machine")
    tables.chosen[:] = config.getoption("--row")


TOGETHER = ("tests/browser", "tests/shape")
"""A browser and what it looks at; the syntax trees of the whole program."""


class _Together(LoadFileScheduling):  # type: ignore[misc]
    """A file at a time; but those that share what is dear to make go to one process, which makes it once."""

    def _split_scope(self, nodeid: str) -> str:
        together = (folder for folder in TOGETHER if nodeid.startswith(f"{folder}/"))
        return next(together, None) or str(super()._split_scope(nodeid))


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Called by pytest-xdist when several processes are to run the tests."""
    return _Together(config, log) if config.getoption("dist") == "loadfile" else None


ELSEWHERE = ("tests/browser", "tests/services")
"""Folders whose tests start programs, servers or a browser: all are long proofs."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Called by pytest for each file and folder: where no long proofs are wanted, theirs are not even read."""
    unwanted = config.option.markexpr == "not long" and collection_path.is_relative_to(config.rootpath)
    return (unwanted and str(collection_path.relative_to(config.rootpath)) in ELSEWHERE) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Called by pytest before it chooses by marks: what wants an engine, a program or a browser is a long proof."""
    for item in items:
        if item.get_closest_marker("service") or item.nodeid.startswith(tuple(f"{folder}/" for folder in ELSEWHERE)):
            item.add_marker(pytest.mark.long)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Called by pytest when it knows all tests: what is there stays, and is not looked through for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Called by pytest for each test: on which databases it runs (`tests/databases.py`)."""
    chosen = metafunc.definition.get_closest_marker("databases")
    if chosen and "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", chosen.args, indirect=True, scope="module")


@pytest.fixture(scope="module")
def dialect(request: pytest.FixtureRequest) -> str:
    """The database that a test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def address(dialect: str, tmp_path: Path) -> Iterator[str]:
    """A database of a test's own, with all tables and nothing in them."""
    with made_database(dialect, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def vhost() -> Iterator[Vhost]:
    """A place at RabbitMQ of a module's own."""
    with empty_vhost() as made:
        yield made


def reasons(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """One line for each reason, the most frequent first."""
    counted = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)
    )
    return [f"{count} skipped: {reason}" for reason, count in counted.most_common()]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Called by pytest when all tests have ended."""
    if lines := reasons(terminalreporter.getreports("skipped")):
        terminalreporter.section("not tested", sep="-")
        for line in lines:
            terminalreporter.write_line(line)
