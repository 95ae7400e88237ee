"""A window on a fresh database, a synthetic world to talk to it, and what came of it as an outsider sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from single_window.auditing import waiting
from single_window.settings import Settings
from single_window.store import sandboxes
from single_window.store.engine import reading
from single_window.wiring import Window
from tests.databases import made_database
from tests.stories.holding import watched
from tests.stories.refunding import Refunding
from tests.stories.telling import Teller


@pytest.fixture
def tell(dialect: str, tmp_path: Path) -> Iterator[Callable[..., Teller]]:
    """Starts a story: `tell(open=True, …)` gives a teller with a sandbox of these options.

    A gateway that takes hold of something late fails its story at the end, and so does a case that nobody waits for.
    """
    with _telling(dialect, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def tell_once(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Teller]]:
    """The same, for a story that is told once and that a module's tests leave as it is."""
    with _telling(dialect, tmp_path_factory.mktemp("told")) as start:
        yield start


@contextmanager
def _telling(dialect: str, place: Path) -> Iterator[Callable[..., Teller]]:
    late: list[list[str]] = []
    astray: list[str] = []
    with ExitStack() as closing:

        def start(
            name: str = "story",
            gateways: int = 0,
            batch: int = 2_048,
            run_to_completion: int = 1,
            **options: object,
        ) -> Teller:
            folder = place / name
            folder.mkdir()
            address = closing.enter_context(made_database(dialect, folder))
            window = Window(
                Settings(
                    data=folder,
                    synchronous="NORMAL",
                    readers=0,
                    gateways=gateways,
                    batch=batch,
                    run_to_completion=run_to_completion,
                    database="" if dialect == "sqlite" else address,
                )
            )
            closing.callback(window.close)
            closing.callback(lambda: astray.extend(_astray(window)))
            late.append(watched(window))
            return Teller(window, **options)

        yield start
    assert [one for of_window in late for one in of_window] == []
    assert astray == []


def _astray(window: Window) -> list[str]:
    """Cases that wait for an officer, against what does: whatever a story tells, they agree."""
    with reading(window.engine) as connection:
        return [
            f"{name}: {one}"
            for name in sandboxes.names(connection)
            for one in waiting.audited(connection, name).differences
        ]


@pytest.fixture
def story(tell: Callable[..., Teller]) -> Teller:
    """A story in a sandbox with no options of its own."""
    return tell()


@pytest.fixture
def told(request: pytest.FixtureRequest, story: Teller) -> Iterator[Any]:
    """The same, as a module tells it: by its `TOLD`, a kind of teller. Refunds balance at the end, unless marked."""
    teller = request.module.TOLD(story)
    yield teller
    if isinstance(teller, Refunding) and not request.node.get_closest_marker("unbalanced"):
        assert teller.unbalanced() == []
