"""Turns a missing engine into what `tests/absent.py` says of a server that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.absent import absent
from tests.chaos.engines import Missing, NotAllowed


@contextmanager
def or_skip() -> Iterator[None]:
    """A test that needs an engine which is not on this machine is skipped, or fails where all must run.

    What this user may not do is skipped in any case.
    """
    try:
        yield
    except NotAllowed as refused:
        pytest.skip(str(refused))
    except Missing as missing:
        absent(str(missing))
