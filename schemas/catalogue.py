"""The catalogue of message types: look-up by code, root or kind, and the elements of documents in schema order."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from schemas import completeness, elements
from schemas.elements import ElementField
from schemas.fragments import fragments
from schemas.message_types import EDITION, HERE, DocumentHandling, Duplicate, MessageType, OtherNumbers

Names: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The element names of head and of line."""


class UnknownMessage(LookupError):
    """Raised for an unknown code, root or kind; the text names the nearest known ones. Permanent."""

    permanent = True


class ElementLayout(NamedTuple):
    """The elements of head and of line, in schema order; `line` is empty for a type without lines."""

    head: tuple[ElementField, ...]
    line: tuple[ElementField, ...]


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def _handling(table: dict[str, Any]) -> DocumentHandling:
    numbers = table.get("other_numbers")
    return DocumentHandling(
        **{
            **_tuples(table),
            "duplicate": Duplicate(**table["duplicate"]),
            "other_numbers": OtherNumbers(**numbers) if numbers else None,
        }
    )


def _entry(table: dict[str, Any]) -> MessageType:
    code = table["code"]
    root = f"CEB{code}Message" if code.isdigit() else f"{code}Message"
    handling = table.get("handling")
    return MessageType(**{**_tuples(table), "root": root, "handling": _handling(handling) if handling else None})


@cache
def entries() -> tuple[MessageType, ...]:
    """Return all message types, in the order of the catalogue; raises `ValueError` if codes lack texts or remedies."""
    listed = tuple(
        _entry(table)
        for path in (HERE / "catalogue.toml", *fragments("catalogue.toml"))
        for table in tomllib.loads(path.read_text("utf-8"))["message"]
    )
    completeness.check(listed)
    return listed


@cache
def notices() -> Mapping[str, str]:
    """Return the code of every notice, in the order of the catalogue, with the kind of document that it is about."""
    return MappingProxyType({entry.code: entry.about for entry in entries() if entry.notice})


@cache
def handled(gateway: str = "") -> Mapping[str, DocumentHandling]:
    """Return the handling of each kind that participants send, in order; only those of `gateway`, if given."""
    return MappingProxyType(
        {
            entry.kind: entry.handling
            for entry in entries()
            if entry.handling and gateway in {"", entry.handling.gateway}
        }
    )


def handling(kind: str) -> DocumentHandling:
    """Return the handling of a kind; raises `UnknownMessage` for a kind that participants do not send."""
    try:
        return handled()[kind]
    except KeyError:
        close = nearest(kind, handled(), 3) or sorted(handled())
        raise UnknownMessage(f"participants send no {kind!r}; did you mean {', '.join(close)}?") from None


@cache
def _index(attribute: str) -> dict[str, MessageType]:
    return {getattr(entry, attribute): entry for entry in entries()}


def nearest(wanted: str, known: Iterable[str], limit: int = 1) -> list[str]:
    """Return the known names most similar to `wanted`, best first; empty if none is similar."""
    return get_close_matches(wanted, list(known), limit, 0.6)


def _find(attribute: str, wanted: str) -> MessageType:
    index = _index(attribute)
    try:
        return index[wanted]
    except KeyError:
        close = nearest(wanted, index, 3) or sorted(index)
        raise UnknownMessage(f"no message has the {attribute} {wanted!r}; did you mean {', '.join(close)}?") from None


def by_code(code: str) -> MessageType:
    """Return the message type with this code ("621"); raises `UnknownMessage`."""
    return _find("code", code)


def by_root(root: str) -> MessageType:
    """Return the message type with this root element ("CEB621Message"); raises `UnknownMessage`."""
    return _find("root", root)


def by_kind(kind: str) -> MessageType:
    """Return the message type of this kind ("inventory"); raises `UnknownMessage`."""
    return _find("kind", kind)


@cache
def topic(kind: str) -> str:
    """Return the topic of declared documents of a kind: "import.order", "export.order", "agency.refund_claim"."""
    return f"{by_kind(kind).flow}.{kind.removeprefix('export_')}"


@cache
def layout(code: str, edition: str = EDITION) -> ElementLayout:
    """Return the elements of a type's head and lines, in schema order."""
    entry = by_code(code)
    types = elements.types(entry.schema_file(edition))
    return ElementLayout(types[entry.head or entry.document], types[entry.line] if entry.line else ())


@cache
def names(code: str, edition: str = EDITION) -> Names:
    """Return the element names of head and line, in schema order, which is the order of `DocumentTexts`."""
    head, line = layout(code, edition)
    return tuple(field.name for field in head), tuple(field.name for field in line)
