"""Deliveries that hang or kill their worker, for tests of whole processes.

SINGLE_WINDOW_TEST_POISON="ACTION QUEUE SANDBOX [locked]": every delivery of a sandbox in a queue applies the action to
its worker; with `locked` inside the writing transaction, else before it.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from typing import NamedTuple

from single_window.settings import FOR_TESTS
from single_window.store.deliveries import Delivery

VARIABLE = f"{FOR_TESTS}POISON"


def _hang() -> None:
    Event().wait()


def _spin() -> None:
    """Hang without releasing the GIL."""
    re.match("(a+)+$", "a" * 200 + "b")


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)
    Event().wait()


_ACTIONS: Mapping[str, Callable[[], None]] = {"hang": _hang, "spin": _spin, "kill": _kill}


class Poison(NamedTuple):
    """The action of every delivery of a queue and sandbox; `locked`: while its worker holds locks."""

    action: str
    queue: str
    sandbox: str
    locked: bool = False

    def apply(self, taken: Sequence[Delivery]) -> None:
        """Apply the action if one of the deliveries is poison."""
        if any((delivery.queue, delivery.sandbox) == (self.queue, self.sandbox) for delivery in taken):
            _ACTIONS[self.action]()


def poison(environment: Mapping[str, str] | None = None) -> Poison | None:
    """The fault that the environment requests; None outside such tests."""
    words = (os.environ if environment is None else environment).get(VARIABLE, "").split()
    return Poison(words[0], words[1], words[2], words[3:] == ["locked"]) if words else None
