"""What is counted: in one process, in several that add up, of which some die; and a scrape that shows it all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from fcntl import LOCK_SH, flock
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving_http import Client
from sqlalchemy import create_engine

from single_window.messaging.wakeups import BLOCKED, CONNECTED
from single_window.observe.metrics import meters
from single_window.observe.metrics.depths import Gauges
from single_window.observe.metrics.meters import scrape
from single_window.observe.metrics.sharing import FILE_BYTES, running_roles
from single_window.observe.metrics.table import GAUGE, METERS, SECONDS
from single_window.store.engine import open_engine
from tests.chaos.programs import spawned
from tests.databases import made_data

COUNTING = """
import os, sys
from pathlib import Path
from single_window.observe.metrics import meters

meters.share(Path(sys.argv[1]), "other")
meters.count("documents", 3, "order")
meters.observe_durations("stage_seconds", {0.004: 1, 0.3: 2, 7_200: 1}, "customs")
print("counted", flush=True)
sys.stdin.readline()
meters.count("documents", 4, "order")
print("counted", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def kept_apart() -> Iterator[None]:
    meters.keep_in_memory()
    yield
    meters.keep_in_memory()


@pytest.fixture
def gauges(tmp_path: Path) -> Iterator[Gauges]:
    made_data(tmp_path)
    engine = open_engine(f"sqlite:///{tmp_path / 'window.sqlite3'}")
    yield Gauges(engine, tmp_path / "metrics", 60, CONNECTED, True)
    engine.dispose()


def samples(gauges: Gauges) -> dict[str, float]:
    """Every sample of a scrape, by name and labels."""
    text = scrape(gauges, "").body.decode()
    return {
        "".join([sample.name, *(f" {name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Other:
    """Another process that counts in the same folder: three orders at once, four more on a line of input."""

    def __init__(self, data: Path) -> None:
        self._process = spawned(
            [sys.executable, "-c", COUNTING, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._await_count()

    def _await_count(self) -> None:
        assert self._process.stdout is not None
        assert "counted\n" in iter(self._process.stdout.readline, ""), "what it logs stands before it"

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._await_count()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.parametrize("shared", [False, True])
def test_counts_and_times_of_a_process_are_scraped(gauges: Gauges, tmp_path: Path, shared: bool) -> None:
    if shared:
        meters.share(tmp_path, "test")
    meters.count("messages", 2, "311", "accepted", "http")
    meters.count("messages", 1, "311", "accepted", "http")
    meters.observe_durations("stage_seconds", {0.004: 1, 0.005: 1, 0.3: 1, 7_200: 1}, "reception")
    meters.observe_durations("stage_seconds", {}, "reception")
    meters.observe_durations("stage_seconds", {-1: 1}, "reception")
    readings = samples(gauges)
    assert readings["single_window_messages_total channel=http code=311 status=accepted"] == 3
    buckets = {
        bound: readings[f"single_window_stage_seconds_bucket le={bound} stage=reception"]
        for bound in ("0.005", "0.01", "0.5", "1800.0", "+Inf")
    }
    assert list(buckets.values()) == [3, 3, 4, 4, 5]
    assert readings["single_window_stage_seconds_count stage=reception"] == 5
    assert readings["single_window_stage_seconds_sum stage=reception"] == pytest.approx(7_200.309)


@pytest.mark.long
def test_processes_add_up_in_one_scrape(gauges: Gauges, tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    meters.count("documents", 1, "order")
    others = [Other(tmp_path), Other(tmp_path)]
    try:
        assert samples(gauges)["single_window_documents_total kind=order"] == 7
        assert samples(gauges)["single_window_stage_seconds_count stage=customs"] == 8
        others[0].go_on()
        assert samples(gauges)["single_window_documents_total kind=order"] == 11
    finally:
        for other in others:
            other.kill()


@pytest.mark.long
def test_a_process_continues_the_counts_of_one_that_died(gauges: Gauges, tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    for died in range(1, 4):
        other = Other(tmp_path)
        assert samples(gauges)["single_window_documents_total kind=order"] == 3 * died
        other.kill()
        assert samples(gauges)["single_window_documents_total kind=order"] == 3 * died
        assert samples(gauges)["single_window_stage_seconds_bucket le=0.5 stage=customs"] == 3 * died
        assert len(list((tmp_path / "metrics").glob("*.db"))) == 4, "ours, and those that the others shared in turn"


def test_processes_are_counted_by_role_as_long_as_they_live(gauges: Gauges, tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    other = Other(tmp_path)
    assert {name: value for name, value in samples(gauges).items() if "processes" in name} == {
        "single_window_processes role=other": 1,
        "single_window_processes role=test": 1,
    }
    other.kill()
    assert {name for name in samples(gauges) if "processes" in name} == {"single_window_processes role=test"}


def test_a_process_that_died_is_not_counted_while_somebody_else_counts(tmp_path: Path) -> None:
    Other(tmp_path).kill()
    (slot,) = (tmp_path / "metrics").glob("*.lock")
    with slot.open("rb") as counting:
        flock(counting, LOCK_SH)
        assert running_roles(tmp_path / "metrics") == {}


def test_a_forked_process_counts_for_itself(gauges: Gauges, tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    meters.count("documents", 5, "order")
    child = os.fork()
    if not child:
        meters.count("documents", 1, "order")
        os._exit(0)
    os.waitpid(child, 0)
    meters.count("documents", 5, "order")
    assert samples(gauges)["single_window_documents_total kind=order"] == 11


def test_the_first_process_on_an_idle_folder_begins_at_zero(gauges: Gauges, tmp_path: Path) -> None:
    Other(tmp_path).kill()
    meters.share(tmp_path, "test")
    assert "single_window_documents_total kind=order" not in samples(gauges)


def test_a_file_that_cannot_be_read_spoils_no_scrape(gauges: Gauges, tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    meters.count("documents", 5, "order")
    (tmp_path / "metrics" / "counter_9-9.db").write_bytes(b"\xff" * 100)
    assert samples(gauges)["single_window_documents_total kind=order"] == 5


def test_a_file_that_cannot_be_read_is_not_continued(gauges: Gauges, tmp_path: Path) -> None:
    other = Other(tmp_path)
    meters.share(tmp_path, "test")
    other.kill()
    (tmp_path / "metrics" / "counter_1.db").write_bytes(b"\xff" * 100)
    again = Other(tmp_path)
    assert samples(gauges)["single_window_documents_total kind=order"] == 3
    assert samples(gauges)["single_window_stage_seconds_count stage=customs"] == 8
    again.kill()


def test_files_have_their_room_from_the_start_so_that_a_full_disk_kills_nobody(tmp_path: Path) -> None:
    meters.share(tmp_path, "test")
    for number in range(20):
        for name, labels in (
            ("messages", (f"{number}", "accepted", "http")),
            ("receipts", (str(number),)),
            ("documents", (str(number),)),
        ):
            meters.count(name, 1, *labels)
    for stage in range(8):
        meters.observe_durations("stage_seconds", {1.0: 1}, str(stage))
        meters.observe_durations("batch_seconds", {1.0: 1}, str(stage))
    files = list((tmp_path / "metrics").glob("*.db"))
    assert len(files) == 2 and all(file.stat().st_blocks * 512 >= FILE_BYTES == file.stat().st_size for file in files)


def test_where_no_folder_can_be_made_counts_stay_in_the_process(gauges: Gauges, tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("in the way")
    meters.share(tmp_path, "test")
    meters.count("documents", 5, "order")
    assert not meters.in_folder() and samples(gauges)["single_window_documents_total kind=order"] == 5


def test_errors_of_the_database_are_counted_by_kind(gauges: Gauges) -> None:
    meters.watch(gauges.engine)
    with gauges.engine.connect() as connection, pytest.raises(Exception, match="no such table"):
        connection.exec_driver_sql("SELECT 1 FROM nowhere")
    assert samples(gauges)["single_window_database_errors_total kind=OperationalError"] == 1


def test_a_scrape_shows_every_gauge_and_nothing_that_the_table_does_not_name(gauges: Gauges) -> None:
    for meter in METERS.values():
        if meter.kind != GAUGE:
            (meters.observe_durations if meter.kind == "histogram" else meters.count)(  # type: ignore[operator]
                meter.name, {1.0: 1} if meter.kind == "histogram" else 1, *["x"] * len(meter.labels)
            )
    families = list(text_string_to_metric_families(scrape(gauges, "").body.decode()))
    shown = {f"{family.name}{'_total' if family.type == 'counter' else ''}" for family in families}
    assert shown == {meter.shown for meter in METERS.values()}
    assert all(family.documentation for family in families)


def test_without_a_database_the_scrape_says_so_and_shows_the_rest(tmp_path: Path) -> None:
    meters.count("documents", 1, "order")
    readings = samples(Gauges(create_engine("sqlite:////nowhere/at/all.sqlite3"), tmp_path, 60, BLOCKED, None))
    assert readings["single_window_database_up"] == 0 and readings["single_window_documents_total kind=order"] == 1
    assert readings["single_window_broker_state state=blocked"] == 1
    assert readings["single_window_broker_state state=connected"] == 0
    assert not [name for name in readings if "deliver" in name or "worker" in name]


def test_openmetrics_is_given_on_request(client: Client) -> None:
    plain = client.call("GET", "/metrics")
    assert plain.status == 200 and plain.headers["Content-Type"].startswith("text/plain")
    response = client.call("GET", "/metrics", Accept="application/openmetrics-text;version=1.0.0")
    assert response.headers["Content-Type"].startswith("application/openmetrics-text") and response.body.endswith(
        b"# EOF\n"
    )
    assert b"single_window_database_up 1.0" in plain.body and b"single_window_worker_alive 1.0" in plain.body


def test_buckets_are_in_order() -> None:
    assert list(SECONDS) == sorted(set(SECONDS))
