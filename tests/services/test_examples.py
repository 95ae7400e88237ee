"""The examples for integrators, run as their pages say: a shop's tests with pytest, one file each in Node and Java.

SINGLE_WINDOW_TEST_TIMES says how often the shop's tests are run to come to the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from single_window.intake.trades import FLOWS
from single_window_client import WindowClient, running
from tests.absent import absent
from tests.patience import LONG_PATIENCE
from tests.running import own_program, started_window

EXAMPLES = Path(__file__).parents[2] / "examples"
PYTEST = (sys.executable, "-m", "pytest")
SHOP_TESTS = 13
"""How many tests the shop has; receipts that are repeated, late or contradicted meet the same one."""

RUNS, TOGETHER = int(os.environ.get("SINGLE_WINDOW_TEST_TIMES", "100")), 4
RECORDING_PLUGIN = """
import pytest

@pytest.fixture(autouse=True)
def record(single_window, shop, request):
    yield
    with open("outcomes.txt", "a") as file:
        for receipt in single_window.receipts(shop.mailbox):
            about = receipt.type, receipt.key, receipt.status
            print(request.node.name, receipt.sequence, receipt.time, *about, file=file)

def pytest_runtest_logreport(report):
    if report.when == "call":
        with open("outcomes.txt", "a") as file:
            print(report.nodeid, report.outcome, file=file)
"""


def window_of(folder: Path) -> tuple[str, ...]:
    """The options by which the plug-in starts this checkout's window."""
    return (f"--single-window-command={own_program(folder)}",)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.StartedWindow]:
    started = started_window(tmp_path_factory.mktemp("window"))
    yield started
    running.stop(started)


def run(*command: str, folder: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONG_PATIENCE, env=kept)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_shop_is_tested_with_pytest(workers: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "shop", tmp_path / f"shop-{workers}"))
    output = run(*PYTEST, "-n", workers, *window_of(tmp_path), folder=folder)
    assert f"{SHOP_TESTS} passed" in output and "failed" not in output


@pytest.mark.long
def test_a_shop_is_tested_where_it_lies_by_whoever_has_pytest_alone(tmp_path: Path) -> None:
    """The lines of docs/ci.md: without pytest-xdist, and without this program's own configuration of pytest."""
    shop = EXAMPLES / "shop"
    output = run(*PYTEST, "-p", "no:xdist", "-p", "no:cacheprovider", *window_of(tmp_path), folder=shop)
    assert f"{SHOP_TESTS} passed" in output and "rootdir: " + str(EXAMPLES / "shop") in output


def test_a_shop_is_tested_at_a_window_that_runs_already(window: running.StartedWindow, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLES / "shop", tmp_path / "shop"))
    (folder / "pytest.ini").write_text("[pytest]\nsingle_window_clock = 2026-06-01T09:00:00\n")
    (folder / "test_where.py").write_text(
        "def test_where(single_window):\n"
        f"    assert single_window.caller.url == {window.url!r}\n"
        "    assert single_window.clock.show().now.startswith('2026-06-01T01:00:00')\n"
    )
    output = run(*PYTEST, "-n", "0", "--single-window-url", window.url, folder=folder)
    assert f"{SHOP_TESTS + 1} passed" in output
    with WindowClient(window.url) as client:
        assert client.sandboxes() == ["main"], "each sandbox goes with its test"


@pytest.mark.parametrize("starts", [True, False], ids=["that the plug-in starts", "that runs already"])
def test_a_shop_is_tested_at_a_window_that_wants_a_key(starts: bool, tmp_path: Path) -> None:
    """As that of a container does, which makes a key for itself."""
    folder, keys = Path(shutil.copytree(EXAMPLES / "shop", tmp_path / "shop")), "SINGLE_WINDOW_REQUIRE_KEYS"
    if starts:
        (folder / "pytest.ini").write_text(f"[pytest]\nsingle_window_settings = {keys}=1\n")
        output = run(*PYTEST, "-n", "0", *window_of(tmp_path), folder=folder)
    else:
        started = started_window(tmp_path, settings={keys: "1"})
        named = (f"--single-window-url={started.url}", f"--single-window-key={started.key}")
        output = run(*PYTEST, "-n", "0", *named, folder=folder)
        with WindowClient(started.url, started.key) as client:
            assert client.sandboxes() == ["main"], "each sandbox goes with its test"
        running.stop(started)
    assert f"{SHOP_TESTS} passed" in output


@pytest.mark.long
def test_many_runs_of_one_file_come_to_the_same(tmp_path: Path) -> None:
    """In four processes at once: the same outcome of each test, and the same receipts, to their times."""
    with ThreadPoolExecutor(TOGETHER) as threads:
        counts = Counter(threads.map(lambda number: outcomes_of_run(tmp_path / str(number)), range(RUNS)))
    assert len(counts) == 1, "\n\n".join(f"{times} times:\n{name}" for name, times in counts.items())
    assert next(iter(counts)).count(" passed") == SHOP_TESTS


def outcomes_of_run(place: Path) -> str:
    """One run of the shop's tests in a folder of its own: a line for each test, and for each receipt that it saw."""
    folder = Path(shutil.copytree(EXAMPLES / "shop", place))
    (folder / "pytest.ini").write_text("[pytest]\nsingle_window_clock = 2026-06-01T09:00:00\n")
    (folder / "conftest.py").write_text(RECORDING_PLUGIN)
    run(*PYTEST, "-q", "-n", "0", "-p", "no:cacheprovider", *window_of(place), folder=folder)
    return (folder / "outcomes.txt").read_text()


@pytest.mark.parametrize(
    ("program", "file"),
    [("node", "node/declare.mjs"), pytest.param("java", "java/Declare.java", marks=pytest.mark.long)],
)
def test_a_trade_is_declared_from_another_language(
    program: str, file: str, window: running.StartedWindow, tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        absent(f"no {program} on this machine")
    with WindowClient(window.url) as client:
        trade = client.sandbox().sample("import")
        for code in FLOWS["import"]:
            (tmp_path / f"{code}.xml").write_bytes(trade.messages[code])
        output = run(
            program, str(EXAMPLES / file), window.url, *(f"{code}.xml" for code in FLOWS["import"]), folder=tmp_path
        )
        assert f"{trade.order_no} is released: 2 120 800" in output
        assert client.sandboxes() == ["main"]
