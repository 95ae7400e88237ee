"""The form of a receipt: elements that it must have even if empty, and the edition whose lengths its texts fit.

Receipts of exports require values that may not exist yet, such as the list number in a 604, and repeat texts that may
be longer in a document of 2018 than 2022-05 allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from schemas import catalogue
from schemas.elements import ElementField
from schemas.message_types import EDITION

_TEXT = re.compile(r"C(?:(\d*)\.\.)?(\d+)")


class ReceiptForm(NamedTuple):
    """The names of elements, placeholders for required ones, and the maximum lengths."""

    names: frozenset[str]
    placeholders: Mapping[str, str]
    max_lengths: Mapping[str, int]

    def fits(self, row: Mapping[str, str]) -> bool:
        """True if no text of a row is too long."""
        return all(len(row[name]) <= most for name, most in self.max_lengths.items() if name in row)

    def complete(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return the row with placeholders for missing required elements, without elements unknown to the edition."""
        return {**self.placeholders, **{name: text for name, text in row.items() if name in self.names}}


def complete(
    code: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]] = (), edition: str = EDITION
) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return a receipt's head and lines with the elements that the schema requires: an absent text is empty, or zeros
    of the minimum length. Absent numbers are not added."""
    of_head, of_line = _forms(code, edition)
    return of_head.complete(head), [of_line.complete(line) for line in lines]


def edition_for(code: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]] = ()) -> str:
    """Return the edition for writing a receipt: the current one, unless a text is too long for it.

    Texts that are too long for every edition are refused later, by the schema.
    """
    of_head, of_line = _forms(code, EDITION)
    if of_head.fits(head) and all(map(of_line.fits, lines)):
        return EDITION
    return catalogue.by_code(code).editions[-1]


@cache
def _forms(code: str, edition: str) -> tuple[ReceiptForm, ReceiptForm]:
    of_head, of_line = catalogue.layout(code, edition)
    return _form(of_head), _form(of_line)


def _form(fields: tuple[ElementField, ...]) -> ReceiptForm:
    placeholders, max_lengths = {}, {}
    for field in fields:
        size = _TEXT.fullmatch(field.type)
        if size is not None:
            least, most = size.groups()
            max_lengths[field.name] = int(most)
            if field.required:
                placeholders[field.name] = "0" * int(most if least is None else least or 0)
    return ReceiptForm(frozenset(field.name for field in fields), placeholders, max_lengths)
