"""Which receipts a participant has taken follows from his polls and channels, on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from schemas import catalogue
from single_window.api import create_app
from single_window.channels.outbox import Outbox, file_name
from single_window.intake import samples
from single_window.intake.admission_queue import AdmissionQueue
from single_window.store import channels, mailboxes
from single_window.store.channels import Channel
from single_window.store.engine import writing
from single_window.store.taken_receipts import taken_up_to
from single_window.wiring import Window
from tests.databases import ON_BOTH, kept_open, read_by, window_in
from tests.described import described_client

pytestmark = ON_BOTH
RECEIPTS = 3
"""Receipts in the mailbox."""


def order(number: int) -> bytes:
    """An order of one platform, with a number of its own."""
    body = re.sub(rb"(<ceb:orderNo>)[^<]*", rb"\g<1>%d" % number, samples.sample(catalogue.by_code("311")))
    return re.sub(rb"([gG]uid[>=]\"?)[^<\"]{4}", rb"\g<1>%04d" % number, body)


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    """A window in whose main sandbox one sender has receipts."""
    for opened in kept_open(window_in(tmp_path, database=address)):
        opened.commit_messages("main", "test", [opened.read("main", order(number)) for number in range(RECEIPTS)])
        opened.settle()
        yield opened


@pytest.fixture
def box(window: Window) -> str:
    return window.read("main", order(0)).sender


@pytest.fixture
def participant(window: Window) -> FlaskClient:
    return described_client(create_app(window, admission=AdmissionQueue(window)))


def taken(window: Window, box: str) -> int:
    window.taken_receipts.store()
    return int(read_by(window.engine, taken_up_to, "main", box))


@pytest.mark.parametrize(
    ("polls", "expected"),
    [
        ((), 0),
        ((0,), 2),
        ((1,), 0),
        ((0, 1), 3),
        ((0, 2), 3),
        ((1, 0), 2),
        ((10**9,), 0),
        ((0, 10**9), 2),
    ],
    ids=str,
)
def test_a_poll_takes_the_receipts_that_it_is_answered_with(
    window: Window, participant: FlaskClient, box: str, polls: tuple[int, ...], expected: int
) -> None:
    last = read_by(window.engine, mailboxes.last_place, "main", box)
    assert last >= RECEIPTS
    for after in polls:
        assert participant.get(f"/api/v1/receipts?mailbox={box}&after={after}&limit=2").status_code == 200
        taken(window, box)
    assert taken(window, box) == expected


def test_a_poll_in_xml_takes_what_is_in_its_message(window: Window, participant: FlaskClient, box: str) -> None:
    answer = participant.get(f"/api/v1/receipts?mailbox={box}&format=xml")
    assert taken(window, box) == int(answer.headers["X-Next-After"]) > 0


def test_a_poll_that_receives_nothing_takes_nothing(window: Window, participant: FlaskClient, box: str) -> None:
    last = read_by(window.engine, mailboxes.last_place, "main", box)
    participant.get(f"/api/v1/receipts?mailbox={box}&after={last}")
    participant.head(f"/api/v1/receipts?mailbox={box}")
    participant.get(f"/api/v1/receipts?mailbox={box}&peek=true")
    assert taken(window, box) == 0


def test_a_poll_of_another_mailbox_or_sandbox_takes_nothing(window: Window, participant: FlaskClient, box: str) -> None:
    participant.get(f"/api/v1/receipts?mailbox={box[:-1]}9&after=2")
    participant.get(f"/api/v1/receipts?mailbox={box}&after=2", headers={"X-Sandbox": "nowhere"})
    assert taken(window, box) == 0


@pytest.mark.parametrize(("begins_behind", "expected"), [(0, 2), (1, 0)])
def test_what_a_channel_has_confirmed_is_taken_if_nothing_before_it_is_left(
    window: Window, box: str, begins_behind: int, expected: int
) -> None:
    made = Channel("main", box, "webhook", "https://platform.example/", position=begins_behind)
    with writing(window.engine) as connection:
        channels.put(connection, made)
    assert taken(window, box) == 0, "it was made, and nothing was delivered"
    with writing(window.engine) as connection:
        held = channels.take(connection, made, "worker", tried=2, until=2, system=1)
        assert held is not None and channels.confirm(connection, held, position=2, until=3, now=1)
    assert taken(window, box) == expected


def test_what_was_written_into_a_folder_is_taken(window: Window, box: str, tmp_path: Path) -> None:
    folder = tmp_path / "out" / file_name(box)
    folder.mkdir(parents=True)
    assert Outbox(window.engine, "main", folder).deliver()
    assert taken(window, box) == read_by(window.engine, mailboxes.last_place, "main", box)


def test_a_closed_window_has_stored_it(window: Window, participant: FlaskClient, box: str) -> None:
    participant.get(f"/api/v1/receipts?mailbox={box}&limit=1")
    window.taken_receipts.close()
    assert read_by(window.engine, taken_up_to, "main", box) == 1


def test_a_database_that_takes_no_write_fails_no_poll_and_the_next_poll_is_noted_again(
    window: Window, participant: FlaskClient, box: str
) -> None:
    poll = f"/api/v1/receipts?mailbox={box}&limit=2"
    with writing(window.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE receipts_taken RENAME TO elsewhere")
    assert participant.get(poll).status_code == 200
    window.taken_receipts.store()
    with writing(window.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO receipts_taken")
    assert taken(window, box) == 0
    assert participant.get(poll).status_code == 200
    assert taken(window, box) == 2
