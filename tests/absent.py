"""What a test does whose server is not there: it is skipped with the reason, or fails where all must run."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

VARIABLE = "SINGLE_WINDOW_TEST_SERVICES"
"""`required`: a server that is not there fails the tests that want it."""


def absent(reason: str) -> NoReturn:
    """Skip, or fail, for this reason."""
    if os.environ.get(VARIABLE) == "required":
        pytest.fail(f"{reason} ({VARIABLE}=required)", pytrace=False)
    pytest.skip(reason)
