"""Takes the texts out of a tree that its schema has accepted.

Reading a tag costs as much as reading a text, and the elements of one sender's documents are nearly always the same
ones. So the gaps of the last row of the same length are remembered, and only the elements beside a gap are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from schemas import catalogue
from schemas.catalogue import MessageType
from schemas.elements import ElementField, collapse
from schemas.message import DocumentTexts, Subscribe, Text, Transfer

_TRANSFER = ("copCode", "copName", "dxpMode", "dxpId", "note")
_SUBSCRIBE = ("status", "dxpMode", "dxpAddress", "note")


class _Shape(NamedTuple):
    """The elements that a row leaves out: how to place its texts, and which children prove that it is this shape."""

    place: Callable[[list[Text]], tuple[Text, ...]]
    proofs: tuple[tuple[int, str], ...]


class RowReader:
    """Reads rows of one kind: the texts of an element's children in the order of `tags`, None where one is absent."""

    def __init__(self, tags: tuple[str, ...], fields: tuple[ElementField, ...] = ()) -> None:
        self._tags = tags
        self._spoken = tuple(
            (index, field)
            for index, field in enumerate(fields)
            if field.collapsed or field.default is not None or field.fixed is not None
        )
        self._shapes: dict[int, _Shape] = {}

    def read(self, element: Any) -> tuple[Text, ...]:
        """The texts of an element that is valid: its children are `tags` in this order, some left out."""
        children = list(element)
        shape = self._shapes.get(len(children)) or self._learn(children)
        for index, tag in shape.proofs:
            if children[index].tag != tag:
                shape = self._learn(children)
                break
        texts: list[Text] = [child.text or "" for child in children]
        texts.append(None)
        row = shape.place(texts)
        return self._collapsed(row) if self._spoken else row

    def _collapsed(self, row: tuple[Text, ...]) -> tuple[Text, ...]:
        """The row as its schema understands it: an empty element has its default, white space is collapsed."""
        for index, field in self._spoken:
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
    return lambda texts: tuple([texts[place] for place in places])  # of one place itemgetter gives the bare text


def _proofs(places: list[int], tags: tuple[str, ...], absent: int) -> tuple[tuple[int, str], ...]:
    """The children on both sides of each gap.

    They suffice: along a row the number of elements left out so far only grows. Where it is as expected before and
    after every gap, it is so in between as well.
    """
    present = [
        (place, tag, number) for number, (place, tag) in enumerate(zip(places, tags, strict=True)) if place != absent
    ]
    beside: set[tuple[int, str]] = set()
    for (place, tag, number), (after, next_tag, next_number) in pairwise(present):
        if next_number - number > 1:
            beside |= {(place, tag), (after, next_tag)}
    if present and present[0][2] > 0:
        beside.add(present[0][:2])
    if present and present[-1][2] < len(tags) - 1:
        beside.add(present[-1][:2])
    return tuple(sorted(beside))


@cache
def _rows(code: str, edition: str) -> tuple[RowReader, RowReader]:
    namespace = catalogue.by_code(code).namespace
    head, line = catalogue.names(code, edition)
    of_head, of_line = catalogue.layout(code, edition)
    return RowReader(_tags(namespace, head), of_head), RowReader(_tags(namespace, line), of_line)


def blocks(tree: Any, entry: MessageType, edition: str) -> tuple[DocumentTexts, ...]:
    """The documents of a valid message: texts in the order of `catalogue.names`."""
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
    """The transmitting company, as far as the message names it; it may have been refused."""
    element = next(tree.iterchildren(f"{{{namespace}}}BaseTransfer"), None)
    return Transfer() if element is None else Transfer(*_texts(element, _tags(namespace, _TRANSFER)))


def subscribes(tree: Any, namespace: str) -> tuple[Subscribe, ...]:
    """The subscribers, as far as the message names them."""
    elements = tree.iterchildren(f"{{{namespace}}}BaseSubscribe")
    return tuple([Subscribe(*_texts(element, _tags(namespace, _SUBSCRIBE))) for element in elements])


@cache
def _tags(namespace: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{namespace}}}{name}" for name in names)


def _texts(element: Any, tags: tuple[str, ...]) -> list[str]:
    texts = {child.tag: child.text or "" for child in element}
    return [texts.get(tag, "") for tag in tags]
