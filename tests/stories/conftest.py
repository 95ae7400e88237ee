"""A window on a fresh database, a synthetic world to talk to it, and what came of it as an outsider sees it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from gateways.agency import agencies
from single_window.auditing import waiting
from single_window.language import phrases
from single_window.settings import Settings
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.store.tables import deadline, timeline
from single_window.wiring import Window
from tests.databases import fetch, made_database
from tests.stories.holding import watched
from tests.stories.refunding import Refunding
from tests.stories.story import StoryRunner, story_database


@pytest.fixture
def start_story(dialect: str, tmp_path: Path) -> Iterator[Callable[..., StoryRunner]]:
    """Start a story: `start_story(open=True, …)` gives a window with a sandbox of these options.

    A gateway that takes hold of something late fails its story at the end, and so does a case that nobody waits for.
    """
    with _starting(dialect, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def start_story_once(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., StoryRunner]]:
    """The same, for one story that a module's tests leave as it is."""
    with _starting(dialect, tmp_path_factory.mktemp("story")) as start:
        yield start


@contextmanager
def _starting(dialect: str, place: Path) -> Iterator[Callable[..., StoryRunner]]:
    late: list[list[str]] = []
    astray: list[str] = []
    unnamed: set[str] = set()
    with ExitStack() as closing:

        def start(
            name: str = "story",
            batch: int = 2_048,
            run_to_completion: int = 1,
            undo_seconds: int = 0,
            **options: object,
        ) -> StoryRunner:
            folder = place / name
            folder.mkdir()
            address = closing.enter_context(_beginning(dialect, folder))
            window = Window(
                Settings(
                    data=folder,
                    synchronous="NORMAL",
                    readers=0,
                    batch=batch,
                    run_to_completion=run_to_completion,
                    undo_seconds=undo_seconds,
                    database=address,
                )
            )
            closing.callback(window.close)
            closing.callback(lambda: astray.extend(_astray(window)))
            closing.callback(lambda: unnamed.update(_unnamed(window)))
            late.append(watched(window))
            return StoryRunner(window, **options)

        yield start
    assert [name for of_window in late for name in of_window] == []
    assert astray == []
    assert not unnamed, "words.toml has no words for what people read on pages"


@contextmanager
def _beginning(dialect: str, folder: Path) -> Iterator[str]:
    """The address of a database for a story: on SQLite one in which its sandbox is there already."""
    if dialect == "sqlite":
        shutil.copy(story_database(), folder / "window.sqlite3")
        yield ""
        return
    with made_database(dialect, folder) as address:
        yield address


def _astray(window: Window) -> list[str]:
    """Cases that wait for an officer, against what does: they agree after every story."""
    with reading(window.engine) as connection:
        return [
            f"{name}: {difference}"
            for name in sandboxes.names(connection)
            for difference in waiting.audit_ledger(connection, name).differences
        ]


def _unnamed(window: Window) -> set[str]:
    """Events, agencies that act and deadlines of a story that have no words, as [section] name."""
    noted = fetch(window.engine, select(timeline.c.event, timeline.c.kind, timeline.c.actor).distinct()).all()
    due = fetch(window.engine, select(deadline.c.kind).distinct()).scalars().all()
    events = {f"[event] {row.event}" for row in noted if phrases.event(row.event, row.kind).zh == row.event}
    named = {"actor": {row.actor for row in noted} & agencies().keys(), "deadline": set(due)}
    missing = {
        f"[{section}] {name}" for section, names in named.items() for name in names - phrases.book()[section].keys()
    }
    return events | missing


@pytest.fixture
def story(start_story: Callable[..., StoryRunner]) -> StoryRunner:
    """A story in a sandbox with no options of its own."""
    return start_story()


@pytest.fixture
def driver(request: pytest.FixtureRequest, story: StoryRunner) -> Iterator[Any]:
    """What drives the gateways that a module is about: its `DRIVER`, on `story`.

    At the end refunds balance, unless the test is marked.
    """
    chosen = request.module.DRIVER(story)
    yield chosen
    if isinstance(chosen, Refunding) and not request.node.get_closest_marker("unbalanced"):
        assert chosen.unbalanced() == []
