"""The form of a receipt: what it must have even where it is empty, and which edition has room for its texts.

Receipts of exports require what a document may not have yet, as a 604 the number of its list, and repeat what a
document of 2018 may hold longer than 2022-05 allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from schemas import catalogue
from schemas.catalogue import EDITION
from schemas.elements import ElementField

_TEXT = re.compile(r"C(?:(\d*)\.\.)?(\d+)")


class ReceiptForm(NamedTuple):
    """Names of elements, stand-ins for what is required, and the room of each element."""

    names: frozenset[str]
    standing_in: Mapping[str, str]
    room: Mapping[str, int]

    def suits(self, row: Mapping[str, str]) -> bool:
        """True if the texts of a row have room."""
        return all(len(row[name]) <= most for name, most in self.room.items() if name in row)

    def complete(self, row: Mapping[str, str]) -> dict[str, str]:
        """The row with what is required, without what its edition does not have."""
        return {**self.standing_in, **{name: text for name, text in row.items() if name in self.names}}


def completed(
    code: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]] = (), edition: str = EDITION
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A receipt's head and lines with the elements that their schema requires: an absent text is empty, or as many
    zeros as its schema wants characters. A number has no stand-in."""
    of_head, of_line = _forms(code, edition)
    return of_head.complete(head), [of_line.complete(line) for line in lines]


def edition_for(code: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]] = ()) -> str:
    """The edition in which a receipt is written: the current one, unless a text is too long for it.

    What is too long for every edition is the schema's to refuse.
    """
    of_head, of_line = _forms(code, EDITION)
    if of_head.suits(head) and all(map(of_line.suits, lines)):
        return EDITION
    return catalogue.by_code(code).editions[-1]


@cache
def _forms(code: str, edition: str) -> tuple[ReceiptForm, ReceiptForm]:
    of_head, of_line = catalogue.layout(code, edition)
    return _form(of_head), _form(of_line)


def _form(fields: tuple[ElementField, ...]) -> ReceiptForm:
    standing_in, room = {}, {}
    for field in fields:
        size = _TEXT.fullmatch(field.type)
        if size is not None:
            least, most = size.groups()
            room[field.name] = int(most)
            if field.required:
                standing_in[field.name] = "0" * int(most if least is None else least or 0)
    return ReceiptForm(frozenset(field.name for field in fields), standing_in, room)
