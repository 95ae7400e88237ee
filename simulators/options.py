"""Passes a command's options as one frozen dataclass whose fields have the options' names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Options = TypeVar("Options")


def options_as(kind: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Decorator below a command's options: passes them as one object of `kind`. Mismatching options and fields raise
    `TypeError` at the first call."""

    def decorated(command: Callable[[Options], None]) -> Callable[..., None]:
        @wraps(command)
        def called(**given: Any) -> None:
            command(kind(**given))

        return called

    return decorated
