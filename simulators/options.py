"""Gives a command its options as one value: a frozen dataclass whose fields are named as the options are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Options = TypeVar("Options")


def options_as(kind: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Decorates a command that takes one value of this class; stands under the options. An option that the class does
    not know, or a field that no option fills, is a `TypeError` at the first call."""

    def decorated(command: Callable[[Options], None]) -> Callable[..., None]:
        @wraps(command)
        def called(**given: Any) -> None:
            command(kind(**given))

        return called

    return decorated
