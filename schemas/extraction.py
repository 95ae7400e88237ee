"""Takes the texts out of a tree that its schema has accepted."""

from __future__ import annotations

from typing import Any

from schemas.catalogue import Entry, Names
from schemas.message import Block, Subscribe, Text, Transfer

_TRANSFER = ("copCode", "copName", "dxpMode", "dxpId", "note")
_SUBSCRIBE = ("status", "dxpMode", "dxpAddress", "note")


def _row(element: Any, index: dict[str, int]) -> tuple[Text, ...]:
    row: list[Text] = [None] * len(index)
    for child in element:
        row[index[child.tag]] = child.text or ""
    return tuple(row)


def blocks(tree: Any, entry: Entry, names: Names) -> tuple[Block, ...]:
    """The documents of a valid message as texts in the order of `names`."""
    head, line = ({f"{{{entry.namespace}}}{name}": place for place, name in enumerate(part)} for part in names)
    documents = tree.iterchildren(f"{{{entry.namespace}}}{entry.document}")
    if entry.head is None:
        return tuple([Block(_row(document, head)) for document in documents])
    found = []
    for document in documents:
        first, *rest = document
        found.append(Block(_row(first, head), tuple([_row(element, line) for element in rest])))
    return tuple(found)


def transfer(tree: Any, namespace: str) -> Transfer:
    """Who transmits, as far as the message says so; it may have been refused."""
    element = tree.find(f"{{{namespace}}}BaseTransfer")
    return Transfer() if element is None else Transfer(*_texts(element, namespace, _TRANSFER))


def subscribes(tree: Any, namespace: str) -> tuple[Subscribe, ...]:
    """Who subscribes, as far as the message says so."""
    elements = tree.findall(f"{{{namespace}}}BaseSubscribe")
    return tuple([Subscribe(*_texts(element, namespace, _SUBSCRIBE)) for element in elements])


def _texts(element: Any, namespace: str, names: tuple[str, ...]) -> list[str]:
    return [element.findtext(f"{{{namespace}}}{name}") or "" for name in names]
