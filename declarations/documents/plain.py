"""Makes the classes of kinds that no rule reads: the elements that the catalogue names, as texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import defstruct

from declarations.documents.extraction import Kind, field_name
from schemas import catalogue
from schemas.message_types import MessageType

_HEADER = ("guid", "appType", "appTime", "appStatus", "preNo", "invtNo", "orderNo")
"""Elements that the port compares in every document that has them."""


def plain_document(entry: MessageType) -> Kind:
    """Make a class for documents of a type, with the elements that are compared, in its key, its numbers, or shown.

    Only elements that every edition of the type has are included; all values are texts.
    """
    handling = catalogue.handling(entry.kind)
    head, line = _common(entry)
    wanted = (*_HEADER, *entry.key, *handling.identified_by, handling.matched_by, handling.own_number, *handling.shown)
    shape: list[tuple[str, type] | tuple[str, Kind, tuple[()]]] = list(_fields(wanted, head))
    if handling.shown_of_lines:
        fields = list(_fields(handling.shown_of_lines, line))
        lines = defstruct(f"{entry.document}Line", fields, frozen=True, array_like=True, gc=False)
        shape.append(("lines", tuple[lines, ...], ()))  # type: ignore[valid-type]
    return defstruct(entry.document, shape, frozen=True, array_like=True, gc=False)


def _common(entry: MessageType) -> tuple[set[str], set[str]]:
    layouts = [catalogue.names(entry.code, edition) for edition in entry.editions]
    return set.intersection(*[set(head) for head, _ in layouts]), set.intersection(*[set(line) for _, line in layouts])


def _fields(elements: Iterable[str], known: set[str]) -> Iterator[tuple[str, type]]:
    for element in dict.fromkeys(elements):
        if element in known:
            yield field_name(element), str
