"""`single-window status` and `parked`: how everything stands, also when half of it is away, and what to do about it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from single_window.data_lock import DataLock
from single_window.observe.metrics import meters
from single_window.store.deliveries import file_deliveries
from single_window.store.numbering import ROWS
from tests.commands import run_command
from tests.databases import window_in, write_by

NOBODY = "amqp://guest:s3cret@127.0.0.1:1/v"
HARMLESS, PERSISTING = '[[9007199254740991,"no such order"]]', '[["no id"]]'


def call(*arguments: object, **settings: str) -> Result:
    environment = {f"SINGLE_WINDOW_{name.upper()}": value for name, value in settings.items()}
    return run_command(*arguments, env={**environment})


def answer(*arguments: object, code: int = 0, **settings: str) -> Any:
    result = call(*arguments, "--json", **settings)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    window_in(tmp_path).close()
    return tmp_path


@pytest.fixture
def park(data: Path) -> Callable[..., list[int]]:
    """`park(3)` files deliveries that are parked since long."""

    def parked(count: int, payload: str = HARMLESS, state: str = "parked") -> list[int]:
        window = window_in(data)
        window.numbering.ensure(ROWS, "row", count)
        ids = window.numbering.take(ROWS, "row", count)
        write_by(
            window.engine,
            file_deliveries,
            [(number, "main", "customs", "import.order", 0, payload, 1, state, 0, 1) for number in ids],
        )
        window.close()
        return ids

    return parked


@pytest.fixture(autouse=True)
def kept_apart() -> Iterator[None]:
    yield
    meters.keep_in_memory()


def test_all_is_well(data: Path) -> None:
    result = answer("status", "--data", data)
    assert (result["database"]["state"], result["broker"]["state"]) == ("ready", "not used")
    assert (result["running"], result["processes"], result["overdue"]) == (None, {}, [])
    assert [sandbox["name"] for sandbox in result["sandboxes"]] == ["main"] and result["bytes"] > 0
    assert "not running" in call("status", "--data", data).output


def test_a_broker_that_is_away_is_reported_and_the_rest_as_well(data: Path) -> None:
    result = answer("status", "--data", data, broker=NOBODY)
    assert (
        result["broker"]["state"] == "disconnected" and result["database"]["state"] == "ready" and result["sandboxes"]
    )
    shown = call("status", "--data", data, broker=NOBODY)
    assert shown.exit_code == 0 and "SINGLE_WINDOW_BROKER" in shown.output and "s3cret" not in shown.output


def test_a_database_that_is_away_is_reported_with_what_to_do(data: Path) -> None:
    address = "postgresql+psycopg://window:s3cret@127.0.0.1:1/window"
    result = answer("status", "--data", data, code=1, database=address)
    assert (
        result["database"]["state"] == "away" and result["broker"]["state"] == "not used" and result["sandboxes"] == []
    )
    shown = call("status", "--data", data, database=address)
    assert "127.0.0.1:1" in shown.output and "Start PostgreSQL" in shown.output and "s3cret" not in shown.output
    assert "Traceback" not in shown.output


def test_a_database_of_another_program_is_reported_with_what_helps_and_stays_as_it_is(data: Path) -> None:
    with sqlite3.connect(data / "window.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    result = answer("status", "--data", data, code=1)
    assert result["database"]["state"] == "behind" and "--data FOLDER" in result["database"]["detail"]
    assert answer("status", "--data", data, code=1)["database"]["state"] == "behind"


def test_a_file_that_is_no_database_is_reported(data: Path) -> None:
    for file in data.glob("window.sqlite3*"):
        file.unlink()
    (data / "window.sqlite3").write_bytes(b"something else " * 1_000)
    shown = call("status", "--data", data)
    assert shown.exit_code == 1 and "Traceback" not in shown.output


def test_asking_makes_nothing(tmp_path: Path) -> None:
    assert answer("status", "--data", tmp_path / "none")["database"]["state"] == "absent"
    elsewhere = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    assert answer("status", "--data", tmp_path / "none", database=elsewhere)["exists"] is False
    assert list(tmp_path.iterdir()) == []


def test_who_runs_is_shown_by_address_and_role(data: Path) -> None:
    meters.share(data, "customs")
    assert answer("status", "--data", data)["processes"] == {"customs": 1}
    assert "customs 1" in call("status", "--data", data).output
    with DataLock(data) as lock:
        lock.publish("http://127.0.0.1:9")
        assert answer("status", "--data", data)["running"] == "http://127.0.0.1:9"


def test_what_takes_too_long_is_reported_with_examples_and_a_remedy(data: Path, park: Any) -> None:
    ids, late = park(5), park(1, state="ready")
    result = {row["stage"]: row for row in answer("status", "--data", data)["overdue"]}
    assert set(result) == {"parked", "customs"}
    assert (result["parked"]["count"], result["parked"]["examples"]) == (5, ids[:3])
    assert result["customs"]["examples"] == late and result["customs"]["oldest_seconds"] > 10**9
    shown = call("status", "--data", data).output
    assert "parked retry" in shown and " d " in shown
    assert answer("status", "--data", data, overdue="31536000")["overdue"] != []


def test_parked_work_is_sent_again_and_what_became_of_it_is_reported(data: Path, park: Any) -> None:
    (good,), (bad,) = park(1), park(1, PERSISTING)
    result = answer("parked", "retry", "--all", "--data", data, attempts="1")
    assert (result["count"], result["after"]["parked"], result["outcomes"]) == (2, 1, [])
    (left,) = answer("parked", "list", "--data", data)["deliveries"]
    assert left["id"] == bad and [(row["act"], row["who"]) for row in left["handled"]] == [("retried", "operator")]
    again = call("parked", "retry", good, bad, "--data", data)
    assert again.exit_code == 1 and f"{good}: nothing changed: it is done" in again.stderr
    assert "1 wait for another attempt" in again.stderr and answer("parked", "list", "--data", data)["deliveries"] == []


def test_parked_work_is_dismissed_with_a_reason_and_listed_as_such(data: Path, park: Any) -> None:
    first, two = park(2)
    assert answer("parked", "dismiss", first, "--reason", "误发", "--data", data)["count"] == 1
    assert [delivery["id"] for delivery in answer("parked", "list", "--data", data)["deliveries"]] == [two]
    (closed,) = answer("parked", "list", "--dismissed", "--data", data)["deliveries"]
    assert closed["id"] == first and closed["handled"][0]["why"] == "误发"
    assert "误发" in call("parked", "list", "--dismissed", "--data", data).output
    assert call("parked", "dismiss", first, "--reason", "x", "--data", data).exit_code == 1
    assert call("parked", "dismiss", two, "--reason", " ", "--data", data).exit_code == 2
    assert answer("parked", "retry", first, "--data", data)["count"] == 1
    assert answer("parked", "list", "--dismissed", "--data", data)["deliveries"] == []
