"""The result of a check of known answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class WrongAnswer(NamedTuple):
    """An answer that came out differently: in which table and row, what was asked, the known answer, and what came."""

    table: str
    row: str
    asked: str
    known: Any
    came: Any


class AnswersChecked(NamedTuple):
    """The result of a check: how many rows and answers were compared, and those that came out differently."""

    rows: int
    compared: int
    wrong: Sequence[WrongAnswer]
