"""A window on a fresh database, a synthetic world to talk to it, and what came of it as an outsider sees it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from single_window.settings import Settings
from single_window.store import migrate
from single_window.wiring import Window
from tests.stories.telling import Teller


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, made once."""
    folder = tmp_path_factory.mktemp("empty")
    migrate.upgrade(f"sqlite:///{folder / 'window.sqlite3'}")
    return folder / "window.sqlite3"


@pytest.fixture
def tell(empty_database: Path, tmp_path: Path) -> Iterator[Callable[..., Teller]]:
    """Starts a story: `tell(open=True, …)` gives a teller with a sandbox of these options."""
    windows: list[Window] = []

    def start(name: str = "story", gateways: int = 0, batch: int = 2_048, **options: object) -> Teller:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(empty_database, folder / "window.sqlite3")
        window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, gateways=gateways, batch=batch))
        windows.append(window)
        return Teller(window, **options)

    yield start
    for window in windows:
        window.close()


