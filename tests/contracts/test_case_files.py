"""Files of cases in the database: each content once in a sandbox, gone with its last case, kept in a snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from gateways.circumstances import Options
from single_window.frame.decision_kinds import Subject
from single_window.frame.files import add
from single_window.language.words import Words
from single_window.settings import Settings
from single_window.store import files
from single_window.store.tables import case_file, stored_file
from single_window.wiring import Window, open_window
from single_window.work import resetting, snapshots
from tests.databases import ON_BOTH, fetch, kept_open, read_by, write_by
from tests.officers import TESTER

pytestmark = ON_BOTH
BODY = "查验记录".encode()
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    opened = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
    opened.make_sandbox("ours", Options())
    opened.make_sandbox("theirs", Options())
    yield from kept_open(opened)


def put(window: Window, number: int, body: bytes = BODY, sandbox: str = "ours", name: str = "record.txt") -> bool:
    """Add a file to a case; True if the case did not have it."""
    case = Subject("declaration", number, str(number), "in_review", Words("", ""), 1)
    return add(window, sandbox, case, name, "text/plain", body, TESTER)[1]


def contents(window: Window, sandbox: str = "ours") -> list[str]:
    rows = fetch(window.engine, stored_file.select().where(stored_file.c.sandbox == sandbox)).all()
    return sorted(row.sha256 for row in rows)


def of_case(window: Window, number: int, sandbox: str = "ours") -> list[str]:
    return [file.sha256 for file in read_by(window.engine, files.of_case, sandbox, "declaration", str(number), 100)]


def test_one_content_of_two_cases_is_stored_once_and_found_at_both(window: Window) -> None:
    put(window, 1)
    put(window, 2)
    put(window, 2, b"another")
    assert (of_case(window, 1), len(of_case(window, 2)), len(contents(window))) == ([SHA256], 2, 2)
    assert read_by(window.engine, files.get, "ours", SHA256) == BODY


def names(window: Window) -> list[str]:
    return [file.name for file in read_by(window.engine, files.of_case, "ours", "declaration", "1", 100)]


@pytest.mark.parametrize(("first", "then"), [("theirs.txt", True), ("record.txt", False)])
def test_who_adds_a_content_after_another_has_looked_gets_the_next_entry(
    window: Window, first: str, then: bool
) -> None:
    """The first file is committed after the second sender's transaction has found none, and before it writes."""
    if window.engine.dialect.name == "sqlite":
        pytest.skip("one transaction writes at a time")
    overtaking = [first]

    @event.listens_for(window.engine, "before_cursor_execute")
    def overtake(_: Connection, __: object, statement: str, *___: object) -> None:
        if overtaking and statement.startswith("INSERT INTO stored_file"):
            put(window, 1, name=overtaking.pop())

    assert put(window, 1) == then
    assert sorted(names(window)) == sorted({first, "record.txt"})


def test_a_sandbox_knows_nothing_of_the_files_of_another(window: Window) -> None:
    put(window, 1)
    assert of_case(window, 1, "theirs") == [] == contents(window, "theirs")
    assert read_by(window.engine, files.get, "theirs", SHA256) is None


def test_a_content_goes_with_the_last_case_that_has_it(window: Window) -> None:
    put(window, 1)
    put(window, 2)
    put(window, 1, sandbox="theirs")
    write_by(window.engine, files.remove, "ours", "declaration", ["1"])
    assert (of_case(window, 1), of_case(window, 2), contents(window)) == ([], [SHA256], [SHA256])
    write_by(window.engine, files.remove, "ours", "declaration", ["2"])
    assert (contents(window), contents(window, "theirs")) == ([], [SHA256])


def test_a_snapshot_brings_files_back_and_a_reset_takes_them(window: Window) -> None:
    put(window, 1)
    taken = snapshots.take(window, "ours", "with a file", "tester")
    put(window, 1, b"later")
    resetting.reset(window, "ours", "tester", master_data=False)
    assert contents(window) == [] == fetch(window.engine, case_file.select()).all()
    snapshots.restore(window, "ours", taken.id, "tester")
    assert (of_case(window, 1), read_by(window.engine, files.get, "ours", SHA256)) == ([SHA256], BODY)
