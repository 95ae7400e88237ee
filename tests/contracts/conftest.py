"""Databases for contracts: one for a module whose tests keep to sandboxes of their own, or one for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import Engine

from single_window.store.engine import open_engine
from single_window.store.numbering import Numbering
from tests.contracts.storing import Store
from tests.databases import made_database

_sandboxes = count(1)


@pytest.fixture(scope="module")
def store(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The module's database."""
    with made_database(dialect, tmp_path_factory.mktemp("store")) as address:
        engine = open_engine(address)
        yield Store(engine, Numbering(engine))
        engine.dispose()


@pytest.fixture
def sandbox() -> str:
    """A sandbox that no other test uses."""
    return f"contract-{next(_sandboxes)}"


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """A database of the test's own."""
    opened = open_engine(address)
    yield opened
    opened.dispose()
