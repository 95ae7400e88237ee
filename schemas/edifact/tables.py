"""The tables of this folder: segments of messages, elements of segments, codes of guides, names of elements."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

SERVICE = {"3": "service_3", "4": "service_4"}
"""Tables of the segments that part an interchange, by syntax version; the versions before 3 share its table."""
_FORM = re.compile(r"(an|n|a)(?:\.\.)?(\d+)")


class Component(NamedTuple):
    """A value: code of its data element, and its form: `an` any, `n` a number, `a` no digits; characters or digits."""

    code: str
    mandatory: bool
    kind: str
    least: int
    most: int

    @property
    def form(self) -> str:
        """The form as the standard writes it: `an..35`, `n4`."""
        return f"{self.kind}{self.most}" if self.least == self.most else f"{self.kind}..{self.most}"


class Element(NamedTuple):
    """An element of a segment: one component if it is simple, else those of a composite."""

    code: str
    mandatory: bool
    components: tuple[Component, ...]
    is_composite: bool


class Row(NamedTuple):
    """A row of a message's segment table; rows of a deeper level that follow are the segment's group."""

    level: int
    tag: str
    mandatory: bool
    most: int


class ElementName(NamedTuple):
    """The name of a data element or composite."""

    zh: str
    en: str


class GuideRule(NamedTuple):
    """The demands of guides at one place of a segment, in some messages: one of their codes, or a narrower form."""

    segment: str
    element: int
    component: int
    messages: tuple[str, ...]
    guides: tuple[str, ...]
    codes: frozenset[str]
    form: str = ""

    def applies(self, message: str, guide: str) -> bool:
        """Return True for a message of a guide (association assigned code): `*` any, else by its beginning."""
        return message in self.messages and any(
            name == "*" or (guide.startswith(name) if name else not guide) for name in self.guides
        )


@cache
def segments_of(release: str) -> dict[str, tuple[Element, ...]]:
    """Return the elements of each segment of a release (`D96A`), or of the service segments of a syntax version."""
    name = SERVICE.get(release, release)
    file = _directory() / f"segments_{name}.csv"
    found: dict[str, list[Element]] = defaultdict(list)
    if not re.fullmatch(r"\w{1,12}", name, re.ASCII) or not file.exists():
        return {}
    for row in _rows(file):
        elements, mandatory = found[row["segment"]], row["status"] == "M"
        if row["component"]:
            last = elements[-1]
            elements[-1] = last._replace(components=(*last.components, _component(row)))
        elif row["form"]:
            elements.append(Element(row["code"], mandatory, (_component(row),), False))
        else:
            elements.append(Element(row["code"], mandatory, (), True))
    return {tag: tuple(elements) for tag, elements in found.items()}


def component(code: str, mandatory: bool, form: str) -> Component:
    """Return a value of a form, written as the standard does; raises `ValueError` if it is none."""
    found = _FORM.fullmatch(form)
    if found is None:
        raise ValueError(f"{code}: {form!r} is no form")
    most = int(found[2])
    return Component(code, mandatory, found[1], 1 if ".." in form else most, most)


def _component(row: dict[str, str]) -> Component:
    return component(row["code"], row["status"] == "M", row["form"])


@cache
def messages() -> dict[tuple[str, str], tuple[Row, ...]]:
    """Return the segment tables by (message, release), without `UNH` and `UNT`."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _rows(_directory() / "messages.csv"):
        line = Row(int(row["level"]), row["segment"], row["status"] == "M", int(row["most"]))
        found[row["message"], row["release"]].append(line)
    return {key: tuple(rows) for key, rows in found.items()}


@cache
def guide_rules() -> tuple[GuideRule, ...]:
    """Return what all guides ask for."""
    with (Path(__file__).parent / "guides.toml").open("rb") as file:
        return tuple(_guide_rules(tomllib.load(file)))


def _guide_rules(content: dict[str, list[dict[str, str]]]) -> Iterator[GuideRule]:
    for entry in (*content["codes"], *content["forms"]):
        segment, element, component = entry["at"].split(".")
        place = (segment, int(element), int(component))
        guides = tuple(entry["guides"].split(",")) if "guides" in entry else ("*",)
        codes = frozenset(entry.get("codes", "").split())
        yield GuideRule(*place, tuple(entry["messages"].split()), guides, codes, entry.get("form", ""))


def narrowed(elements: tuple[Element, ...], rules: Iterable[GuideRule]) -> tuple[Element, ...]:
    """Return the elements of a segment with the forms that rules about it ask for."""
    held = list(elements)
    for rule in rules:
        if rule.form and rule.element <= len(held):
            element = held[rule.element - 1]
            parts = list(element.components)
            old = parts[rule.component - 1]
            new = component(old.code, old.mandatory, rule.form)
            parts[rule.component - 1] = new._replace(most=min(new.most, old.most))
            held[rule.element - 1] = element._replace(components=tuple(parts))
    return tuple(held)


@cache
def names() -> dict[str, ElementName]:
    """Return the names of data elements and composites by code."""
    return {row["code"]: ElementName(row["zh"], row["en"]) for row in _rows(Path(__file__).parent / "names.csv")}


def name_of(code: str) -> ElementName:
    """Return the name of a data element; its code if it has none here."""
    return names().get(code) or ElementName(code, code)


def _directory() -> Path:
    return Path(__file__).parent / "directory"


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
