"""A window of a test's own; or a window and a server that serves it: real HTTP, one of each for a module's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from played_exports import PlayedExports
from played_exports import play as play_exports
from played_trades import Played, play
from serving_http import CAP, Client

from gateways.circumstances import Options
from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.databases import kept_open, window_in


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """A window of this machine alone: whoever asks is its operator."""
    yield from kept_open(window_in(tmp_path))


@pytest.fixture
def exposed(tmp_path: Path) -> Iterator[Window]:
    """A window that other machines reach by a name: who asks has to sign in."""
    yield from kept_open(window_in(tmp_path / "exposed", host="0.0.0.0", allowed_hosts="customs.example.org"))


@pytest.fixture(scope="module")
def served_window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    data = tmp_path_factory.mktemp("data")
    opened = window_in(data, body_cap=CAP)
    opened.make_sandbox("other", Options())
    yield from kept_open(opened)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return play(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def played_exports(tmp_path_factory: pytest.TempPathFactory) -> PlayedExports:
    return play_exports(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def server(served_window: Window) -> Iterator[Server]:
    with Server(served_window, bind("127.0.0.1", 0), folders=False) as serving:
        yield serving


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server.url, server.application.whole)
