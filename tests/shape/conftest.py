"""The syntax trees of the whole program are there as long as tests of shape run, and no longer."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from tests.shape import sources

HERE = Path(__file__).parent


def pytest_runtest_setup() -> None:
    """Called by pytest before each test of shape: a collector would walk the trees again and again for nothing."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """Called by pytest after each test of shape: before any other test the trees make room."""
    if nextitem is None or HERE not in nextitem.path.parents:
        sources.forget()
        gc.enable()
