"""A line of the log: when, what, about which ids; whatever came from outside stays inside it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from single_window.data_lock import DataLock
from single_window.observe import logs
from single_window.observe.logs import SINGLY, compact, holds
from tests.commands import run_command
from tests.tables import each

PROGRAM = (
    "import structlog, sys; from single_window.observe import logs; logs.configure(sys.stderr); "
    "structlog.get_logger().warning('folder.later', file='order.xml')"
)
FORGED = "x\n2026-01-01T00:00:00.000Z [error    ] forged event=forged"
HOSTILE = [FORGED, FORGED.replace("\n", "\r"), "\x1b[2J\x1b[31mred", "a\x85b", "a\u2028b", "a\u202eb", "\ud800", "\0"]


@pytest.fixture
def lines() -> Iterator[Callable[..., list[str]]]:
    """`lines(form, level)(say)`: what is written when `say` is called with a logger."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers

    def written(say: Callable[[Any], None], form: str = "text", level: str = "info") -> list[str]:
        stream = io.StringIO()
        logs.configure(stream, form, level)
        say(structlog.get_logger())
        return stream.getvalue().removesuffix("\n").split("\n") if stream.getvalue() else []

    yield written
    structlog.configure(**before)
    logging.getLogger().handlers = handlers


@each("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_line_begins_with_its_time_in_utc_and_has_no_colours_for_a_file(zone: str) -> None:
    text = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "TZ": zone}, text=True, capture_output=True, check=True
    ).stderr
    match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) \[warning", text)
    assert match, text
    assert abs(datetime.now(UTC) - datetime.fromisoformat(match.group(1))) < timedelta(minutes=1)
    assert "file=order.xml" in text and "\x1b" not in text


def test_json_is_one_object_a_line_with_time_level_and_event_first(lines: Any) -> None:
    (line,) = lines(lambda log: log.info("batch.done", sandbox="青岛", deliveries=[7, 9]), "json")
    answer = json.loads(line)
    assert list(answer)[:3] == ["timestamp", "level", "event"] and "青岛" in line
    assert (answer["event"], answer["sandbox"], answer["deliveries"], answer["process"]) == (
        "batch.done",
        "青岛",
        "7,9",
        os.getpid(),
    )


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_no_value_forges_a_line(lines: Any, form: str, hostile: str) -> None:
    (line,) = lines(lambda log: log.warning("folder.refused", file=hostile), form)
    assert len((line + "\n").splitlines()) == 1 or form == "json"
    assert not re.search(r"[\x00-\x1f\x7f]", line) and not line.startswith("2026-01-01T00:00:00")
    assert form == "text" or json.loads(line)["file"] == hostile


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_of_a_traceback_begins_like_an_event(lines: Any, form: str) -> None:
    written = lines(lambda log: log.error("worker.failed", traceback=f"Traceback:\n  here\nValueError: {FORGED}"), form)
    assert "worker.failed" in written[0]
    assert all(line.startswith("    | ") for line in written[1:]) and (form == "text") == bool(written[1:])


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_password_in_an_address_is_not_shown(lines: Any, form: str) -> None:
    (line,) = lines(lambda log: log.error("broker.away", reason="cannot reach amqp://window:s3cret@mq:5672/v"), form)
    assert "s3cret" not in line and "amqp://window:***@mq:5672/v" in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_ids_of_which_there_are_none_are_not_reported(lines: Any, form: str) -> None:
    (line,) = lines(lambda log: log.info("batch.done", documents=[], messages=(1,)), form)
    assert "documents" not in line and "messages" in line


def test_a_value_that_could_be_read_as_further_values_is_quoted(lines: Any) -> None:
    (line,) = lines(lambda log: log.info("messages.admitted", sender="x messages=7", channel="http"))
    assert 'sender="x messages=7"' in line and "channel=http" in line


@pytest.mark.parametrize(("level", "written"), [("warning", ["loud"]), ("info", ["quiet", "loud"]), ("error", [])])
def test_only_the_configured_level_is_written(lines: Any, level: str, written: list[str]) -> None:
    def say(log: Any) -> None:
        log.info("quiet")
        log.warning("loud")

    assert [json.loads(line)["event"] for line in lines(say, "json", level)] == written


def test_what_libraries_log_looks_the_same(lines: Any) -> None:
    def say(_: Any) -> None:
        logging.getLogger("urllib3.connection").warning("lost %s", "https://a:s3cret@b/\nforged")
        logging.getLogger("urllib3.connection").info("nothing to say")

    (line,) = lines(say, "json")
    assert json.loads(line)["logger"] == "urllib3.connection" and "s3cret" not in line


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_that_is_being_handled_is_reported_with_its_traceback(lines: Any, form: str) -> None:
    def say(log: Any) -> None:
        try:
            raise ValueError(FORGED)
        except ValueError:
            log.exception("worker.failed")

    written = lines(say, form)
    assert "ValueError" in "\n".join(written) and not [line for line in written[1:] if line.startswith("2026-01-01")]


class Broken(io.StringIO):
    """A stream whose reader has gone, or whose disk is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.usefixtures("lines")
def test_a_line_that_cannot_be_written_stops_nobody() -> None:
    for stream in (Broken(), io.StringIO()):
        logs.configure(stream, "json", "info")
        if type(stream) is io.StringIO:
            stream.close()
        structlog.get_logger().info("batch.done")


@each(
    ("numbers", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([9, 7, 7], "7,9"),
        ([1, 2, 3], "1,2,3"),
        (range(1, SINGLY + 1), ",".join(map(str, range(1, SINGLY + 1)))),
        (range(1205, 1303), "1205-1302"),
        ([*range(1205, 1303), 1400], "1205-1302,1400"),
        ([1, *range(3, 70), 72, 73], "1,3-69,72-73"),
        (range(1, 200, 2), ",".join(map(str, range(1, 200, 2)))),
    ],
)
def test_ids_are_written_singly_while_they_are_few_and_as_ranges_when_many(numbers: list[int], text: str) -> None:
    assert compact(numbers) == compact(reversed(list(numbers))) == text


@each("numbers", [[], [7], [1, 2, 3], [*range(1205, 1303), 1400], range(1, 200, 2)])
def test_a_number_is_found_where_it_was_written_and_nowhere_else(numbers: list[int]) -> None:
    text = compact(numbers)
    assert [number for number in range(1, 1500) if holds(text, number)] == list(numbers)


@pytest.mark.parametrize(
    ("command", "settings", "level"),
    [
        (["run"], {}, "info"),
        (["status"], {}, "warning"),
        (["--verbose", "status"], {}, "info"),
        (["run"], {"SINGLE_WINDOW_LOG_LEVEL": "error"}, "error"),
        (["status"], {"SINGLE_WINDOW_LOG_LEVEL": "info"}, "info"),
        (["-v", "run"], {"SINGLE_WINDOW_LOG_LEVEL": "error"}, "info"),
    ],
)
@pytest.mark.usefixtures("lines")
def test_commands_are_quiet_but_for_those_that_run_until_they_are_stopped(
    command: list[str], settings: dict[str, str], level: str, tmp_path: Path
) -> None:
    with DataLock(tmp_path):  # nobody runs here: `run` is refused once it has spoken up
        run_command(*command, "--data", tmp_path, env={**settings, "SINGLE_WINDOW_LOG": "json"})
    chosen = structlog.make_filtering_bound_logger(getattr(logging, level.upper()))
    assert structlog.get_config()["wrapper_class"] is chosen
