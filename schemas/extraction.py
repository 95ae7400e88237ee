"""Extracts the texts from a tree that its schema has accepted.

Reading a tag costs as much as reading a text, and the documents of one sender nearly always have the same elements. For
speed, the absent elements of the last row with the same number of children are cached, and only the tags next to gaps
are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from schemas import catalogue
from schemas.elements import ElementField, collapse
from schemas.message import DocumentTexts, Subscribe, Text, Transfer
from schemas.message_types import MessageType

_TRANSFER = ("copCode", "copName", "dxpMode", "dxpId", "note")
_SUBSCRIBE = ("status", "dxpMode", "dxpAddress", "note")


class _Shape(NamedTuple):
    """A pattern of absent elements: `place` arranges the texts of a row, `proofs` are the children (index, tag) to
    compare to recognise the pattern."""

    place: Callable[[list[Text]], tuple[Text, ...]]
    proofs: tuple[tuple[int, str], ...]


class RowReader:
    """Reads rows of one kind: the texts of an element's children in the order of `tags`, None for absent ones."""

    def __init__(self, tags: tuple[str, ...], fields: tuple[ElementField, ...] = ()) -> None:
        self._tags = tags
        self._normalised = tuple(
            (index, field)
            for index, field in enumerate(fields)
            if field.collapsed or field.default is not None or field.fixed is not None
        )
        self._shapes: dict[int, _Shape] = {}

    def read(self, element: Any) -> tuple[Text, ...]:
        """Return the texts of a valid element, whose children are `tags` in this order, some absent."""
        children = list(element)
        shape = self._shapes.get(len(children)) or self._learn(children)
        for index, tag in shape.proofs:
            if children[index].tag != tag:
                shape = self._learn(children)
                break
        texts: list[Text] = [child.text or "" for child in children]
        texts.append(None)
        row = shape.place(texts)
        return self._collapsed(row) if self._normalised else row

    def _collapsed(self, row: tuple[Text, ...]) -> tuple[Text, ...]:
        """Apply the schema's defaults for empty elements, and collapse white space."""
        for index, field in self._normalised:
            text = row[index]
            if text is None or (text and not field.collapsed):
                continue
            collapsed = collapse(text) or field.default or field.fixed or ""
            if collapsed != text:
                row = (*row[:index], collapsed, *row[index + 1 :])
        return row

    def _learn(self, children: list[Any]) -> _Shape:
        index = {child.tag: position for position, child in enumerate(children)}
        absent = len(children)
        places = [index.get(tag, absent) for tag in self._tags]
        shape = self._shapes[absent] = _Shape(_placing(places), _proofs(places, self._tags, absent))
        return shape


def _placing(places: list[int]) -> Callable[[list[Text]], tuple[Text, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda texts: tuple([texts[place] for place in places])  # itemgetter of one index returns no tuple


def _proofs(places: list[int], tags: tuple[str, ...], absent: int) -> tuple[tuple[int, str], ...]:
    """The children on both sides of each gap, as (index, tag).

    Comparing these is enough, because the number of absent elements never decreases along a row: if it is as expected
    before and after every gap, it is so in between.
    """
    numbered = enumerate(zip(places, tags, strict=True))
    present = [(place, tag, number) for number, (place, tag) in numbered if place != absent]
    next_to_gaps: set[tuple[int, str]] = set()
    for (place, tag, number), (after, next_tag, next_number) in pairwise(present):
        if next_number - number > 1:
            next_to_gaps |= {(place, tag), (after, next_tag)}
    if present and present[0][2] > 0:
        next_to_gaps.add(present[0][:2])
    if present and present[-1][2] < len(tags) - 1:
        next_to_gaps.add(present[-1][:2])
    return tuple(sorted(next_to_gaps))


@cache
def _rows(code: str, edition: str) -> tuple[RowReader, RowReader]:
    namespace = catalogue.by_code(code).namespace
    head, line = catalogue.names(code, edition)
    of_head, of_line = catalogue.layout(code, edition)
    return RowReader(_tags(namespace, head), of_head), RowReader(_tags(namespace, line), of_line)


def blocks(tree: Any, entry: MessageType, edition: str) -> tuple[DocumentTexts, ...]:
    """Return the documents of a valid message, with texts in the order of `catalogue.names`."""
    head, line = _rows(entry.code, edition)
    documents = tree.iterchildren(f"{{{entry.namespace}}}{entry.document}")
    if entry.head is None:
        return tuple([DocumentTexts(head.read(document)) for document in documents])
    read_blocks = []
    for document in documents:
        first, *rest = document
        read_blocks.append(DocumentTexts(head.read(first), tuple([line.read(element) for element in rest])))
    return tuple(read_blocks)


def transfer(tree: Any, namespace: str) -> Transfer:
    """Return the transmitting company; fields that the message does not have are empty. The message may be invalid."""
    element = next(tree.iterchildren(f"{{{namespace}}}BaseTransfer"), None)
    return Transfer() if element is None else Transfer(*_texts(element, _tags(namespace, _TRANSFER)))


def subscribes(tree: Any, namespace: str) -> tuple[Subscribe, ...]:
    """Return the subscribers; fields that the message does not have are empty. The message may be invalid."""
    elements = tree.iterchildren(f"{{{namespace}}}BaseSubscribe")
    return tuple([Subscribe(*_texts(element, _tags(namespace, _SUBSCRIBE))) for element in elements])


@cache
def _tags(namespace: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{namespace}}}{name}" for name in names)


def _texts(element: Any, tags: tuple[str, ...]) -> list[str]:
    texts = {child.tag: child.text or "" for child in element}
    return [texts.get(tag, "") for tag in tags]
