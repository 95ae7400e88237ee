"""Refused bodies cannot fill the disk: a sandbox keeps so many, so much, so long; of the others hash and size stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from declarations.calendar import DAY
from gateways.circumstances import Options
from single_window.clock import Clock
from single_window.store.tables import archive, message
from single_window.wiring import Window
from tests.databases import ON_BOTH, fetch, kept_open, window_in
from tests.stories.story import NOON, StoryRunner

pytestmark = ON_BOTH
OTHER = "other"


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    """A window that keeps ten refused bodies, or 4 kB of them, for five days."""
    opened = window_in(tmp_path / "data", database=address, refused_count=10, refused_bytes=4_000, refused_days=5)
    for name in ("main", OTHER):
        opened.make_sandbox(name, Options(), clock=Clock("virtual", NOON, 0, Clock().rate * 0))
    yield from kept_open(opened)


def refuse(window: Window, bodies: int, size: int = 0, sandbox: str = OTHER) -> None:
    """Send so many messages that cannot be opened; `size`: bytes that do not compress."""
    for number in range(bodies):
        noise = "".join(f"{(number + 7) * place * 2_654_435_761 % 2**32:08x}" for place in range(size // 8))
        assert (
            window.commit_messages(sandbox, "http", [window.read(sandbox, f"<x>{number}{noise}".encode())])[0].status
            != 202
        )


def kept(window: Window, sandbox: str = OTHER) -> list[int]:
    """The ids of messages whose bytes are kept."""
    return list(
        fetch(
            window.engine,
            select(archive.c.message_id)
            .join(message, message.c.id == archive.c.message_id)
            .where(message.c.sandbox == sandbox)
            .order_by(message.c.id),
        ).scalars()
    )


def test_the_oldest_go_when_there_are_too_many_and_their_hash_and_size_stay(window: Window) -> None:
    refuse(window, 40)
    assert 10 <= len(kept(window)) <= 11
    rows = fetch(
        window.engine,
        select(message.c.id, message.c.content_hash, message.c.size)
        .where(message.c.sandbox == OTHER)
        .order_by(message.c.id),
    ).all()
    assert len(rows) == 40 and all(row.content_hash and row.size for row in rows)
    assert kept(window) == [row.id for row in rows][-len(kept(window)) :]


def test_the_oldest_go_when_they_are_too_large(window: Window) -> None:
    refuse(window, 12, size=1_600)
    total = fetch(window.engine, select(func.sum(func.length(archive.c.body)))).scalar()
    assert 0 < total <= 4_000 + 1_600


def test_what_is_too_old_depends_on_the_clock_of_the_sandbox(window: Window) -> None:
    refuse(window, 3)
    window.advance(OTHER, NOON + 6 * DAY)
    refuse(window, 1)
    assert len(kept(window)) == 1


def test_what_was_accepted_and_other_sandboxes_are_left_alone(window: Window) -> None:
    story = StoryRunner(window, OTHER)
    trade = story.trade(0)
    story.send(trade)
    window.settle()
    refuse(window, 5, sandbox="main")
    refuse(window, 30)
    assert len(kept(window, "main")) == 5
    read = fetch(
        window.engine,
        select(func.count())
        .select_from(archive)
        .join(message, message.c.id == archive.c.message_id)
        .where(message.c.state == "read"),
    ).scalar()
    assert read and story.column(trade, "state")
