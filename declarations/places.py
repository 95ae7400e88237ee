"""Where a reason points: every field that it concerns, in each document concerned, with what it says there.

Pure: of the documents it reads what rules read; lines of the XML are found by `schemas.locating`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from declarations.documents import Document
from declarations.documents.extraction import field_name, written
from declarations.reasons import Reason
from schemas import catalogue
from schemas.catalogue import EDITION, Entry
from schemas.findings import Place
from schemas.remedies import Remedy, remedy

MOST = 40
"""Places that are told of one reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document that a reason may concern; `position` counts the documents of its message, `count` of them."""

    kind: str
    number: str
    facts: Document
    position: int = 1
    count: int = 1

    @property
    def entry(self) -> Entry:
        """Its type."""
        return catalogue.by_kind(self.kind)

    @property
    def path(self) -> str:
        """The path of its element."""
        return f"/{self.entry.root}/{self.entry.document}" + (f"[{self.position}]" if self.count > 1 else "")


class _Spot(NamedTuple):
    """A place with what it is compared by: the element's index among those of its kind, and the number of its line."""

    index: int
    gnum: str
    place: Place


def places(reason: Reason, documents: Sequence[Source]) -> tuple[Place, ...]:
    """The fields that a reason concerns, those of the first document first: the one that was checked.

    Of fields that are compared only those that differ are told, each with what the other document says.
    """
    row = remedy(reason.rule)
    spots = [spot for number, source in enumerate(documents)
             for spot in _spots(row.elements(source.kind, number == 0), source, reason)]
    if len({spot.place.kind for spot in spots}) > 1:
        return tuple(_differing(spots)[:MOST])
    return tuple(_expecting(spots, row, reason.values)[:MOST])


def text(template: str, values: Mapping[str, str]) -> str:
    """A text with values of a reason filled in; empty where one is not there."""
    try:
        return template.format_map(values)
    except KeyError:
        return ""


def _spots(names: Sequence[str], source: Source, reason: Reason) -> Iterator[_Spot]:
    named = reason.values.get("field", "")
    layout = _layout(source)
    for index, name in enumerate(names):
        if named and named in names and name != named:
            continue
        if "/" in name:
            yield _Spot(index, "", _place(source, f"/{source.entry.root}/{name}", ""))
        elif name == source.entry.line:
            count = str(len(source.facts.lines))
            yield _Spot(index, "", _place(source, f"{source.path}/{name}", count))
        elif name in layout.line and (name not in layout.head or "gnum" in reason.values):
            yield from _of_lines(index, name, source, reason)
        elif name in layout.head:
            head = f"/{source.entry.head}" if source.entry.head else ""
            yield _Spot(index, "", _place(source, f"{source.path}{head}/{name}", _said(source.facts, name)))


class _Names(NamedTuple):
    head: frozenset[str]
    line: frozenset[str]


def _layout(source: Source) -> _Names:
    entry = source.entry
    head, line = catalogue.names(entry.code, EDITION if EDITION in entry.editions else entry.editions[0])
    return _Names(frozenset(head), frozenset(line))


def _of_lines(index: int, name: str, source: Source, reason: Reason) -> Iterator[_Spot]:
    """An element of the lines that the reason names by number, else of those that say what it found, else of all."""
    lines = list(enumerate(source.facts.lines, 1))
    wanted = frozenset((reason.values.get("gnum") or reason.values.get("line", "")).split(",")) - {""}
    chosen = [(place, line) for place, line in lines if _said(line, "gnum") in wanted]
    if not wanted and "found" in reason.values:
        chosen = [(place, line) for place, line in lines if _said(line, name) == reason.values["found"]]
    for place, line in chosen or ([] if wanted else lines[:MOST]):
        path = f"{source.path}/{source.entry.line}[{place}]/{name}"
        yield _Spot(index, _said(line, "gnum"), _place(source, path, _said(line, name)))


def _place(source: Source, path: str, found: str) -> Place:
    return Place(source.kind, source.number, source.position, path, None, found)


def _said(part: Any, element: str) -> str:
    name = field_name(element)
    return written(name, getattr(part, name, ""))


def _differing(spots: Sequence[_Spot]) -> list[Place]:
    """Fields that two documents hold: those that differ, or all where none does, with what the other one says."""
    told, same = [], []
    for index, gnum, place in spots:
        others = [other.place.found for other in spots
                  if (other.index, other.gnum) == (index, gnum) and other.place.kind != place.kind]
        unlike = next((found for found in others if found != place.found), None)
        if unlike is not None or not others:
            told.append(place._replace(expected=unlike or ""))
        else:
            same.append(place)
    return told or same


def _expecting(spots: Sequence[_Spot], row: Remedy, values: Mapping[str, str]) -> list[Place]:
    """Fields of one document; what the reason found and expected is said of the first."""
    expected = values.get("expected", "") or text(row.expected, values)
    found = [spot.place for spot in spots]
    if found:
        shown = text(row.found, values) if row.found else values.get("found", found[0].found)
        found[0] = found[0]._replace(found=shown or found[0].found, expected=expected)
    if "gnum" in values or "field" in values or not row.expected:
        return found
    return [found[0], *(place._replace(expected=expected) for place in found[1:])] if found else found
