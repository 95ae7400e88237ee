"""A reason says which rule decided and with which numbers; words are put to it on reading, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LONGEST_TYPED = 1_000
"""Characters of what somebody typed that are kept: no receipt holds more."""


class Reason(NamedTuple):
    """Why something was decided: the rule's permanent code and the values that fill its published wording.

    `values` are texts ready to print (amounts as "26114.44"); `parameters` names the dated values used,
    each as "limits.annual@2019-01-01".
    """

    rule: str
    values: Mapping[str, str]
    parameters: tuple[str, ...] = ()


def typed(text: str) -> str:
    """Typed text as a receipt can carry it: what cannot be printed becomes a space, nothing is too long."""
    return "".join(character if character.isprintable() else " " for character in text[:LONGEST_TYPED]).strip()
