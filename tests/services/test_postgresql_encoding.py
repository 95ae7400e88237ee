"""A database of a cluster that was made without a language (SQL_ASCII), as in bare containers, serves as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from single_window.wiring import Window
from tests.databases import empty_database, window_in
from tests.stories.story import StoryRunner

pytestmark = pytest.mark.service


def execute(address: str, *statements: str) -> None:
    engine = create_engine(
        address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"client_encoding": "utf8"}
    )
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with empty_database("postgresql", tmp_path) as address:
        name = f"{address.rpartition('/')[2].partition('?')[0]}_ascii"[-60:]
        execute(address, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        ascii_only = f"{address.rpartition('/')[0]}/{name}"
        opened = window_in(tmp_path / "data", database=ascii_only)
        yield opened
        opened.close()
        execute(address, f"DROP DATABASE {name} WITH (FORCE)")


def test_a_trade_with_chinese_names_is_released(window: Window) -> None:
    story = StoryRunner(window)
    trade = story.trade()
    story.send(trade)
    assert story.statuses(trade) == ["2", "120", "800"]
