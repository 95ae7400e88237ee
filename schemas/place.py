"""The place of an element in a message, and its definition in our schemas."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from schemas import catalogue
from schemas.elements import ElementField
from schemas.findings import Finding
from schemas.message_types import EDITION, MessageType
from schemas.wording import finding


def local(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


class ElementPlace(NamedTuple):
    """An element's document (number from 1), path, line, name, and its field (a bare one outside head and line)."""

    document: int | None
    path: str
    line: int | None
    name: str
    field: ElementField

    def finding(self, code: str, **words: Any) -> Finding:
        """Return a finding of `wording` about this place."""
        return finding(code, document=self.document, path=self.path, line=self.line, **words)

    @classmethod
    def of(cls, element: Any, entry: MessageType, edition: str = EDITION) -> ElementPlace:
        """Return the place of an element of a message."""
        steps: list[str] = []
        document = None
        for node in (element, *element.iterancestors()):
            steps.append(_step(node))
            if local(node.tag) == entry.document:
                document = _position(node)
        return cls(
            document,
            "/" + "/".join(reversed(steps)),
            element.sourceline,
            local(element.tag),
            field_of(element, entry, edition),
        )


def _position(node: Any) -> int:
    return 1 + int(_count(node.tag)(node))


@lru_cache(maxsize=256)
def _count(tag: str) -> Any:
    """XPath that counts the preceding siblings with this tag; fast, because a note may have a hundred thousand
    lines."""
    namespace, _, name = tag.rpartition("}")
    if not namespace:
        return etree.XPath(f"count(preceding-sibling::{name})")
    return etree.XPath(f"count(preceding-sibling::it:{name})", namespaces={"it": namespace[1:]})


def _step(node: Any) -> str:
    position = _position(node)
    alone = position == 1 and next(node.itersiblings(node.tag), None) is None
    return local(node.tag) if alone else f"{local(node.tag)}[{position}]"


def field_of(element: Any, entry: MessageType, edition: str = EDITION) -> ElementField:
    """Return the schema's definition of an element of a head or line; a bare field for any other element."""
    parent = element.getparent()
    name = local(element.tag)
    return named_field(name, local(parent.tag) if parent is not None else "", entry, edition)


def named_field(name: str, parent: str, entry: MessageType, edition: str = EDITION) -> ElementField:
    """Return the field with this name in this parent; a bare field if the parent is neither head nor line."""
    layout = catalogue.layout(entry.code, edition)
    fields = {entry.head or entry.document: layout.head, entry.line: layout.line}.get(parent, ())
    return next((field for field in fields if field.name == name), ElementField(name, name, name, "", True))
