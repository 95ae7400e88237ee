"""Every element of every message takes and refuses exactly what the table of fields says, in both editions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple

import pytest
from composing import Composed, Element, bounds, elements_of, every, table

from schemas.reading import open_message, read
from tests.tables import each

TYPES = table("types.toml")
EVERY = every()
Row = list[tuple[str, str]]
Places = Sequence[tuple[Element, str]]
"""Elements, each with an edition."""
ALL = [(element, edition) for message, edition in EVERY for element in elements_of(message, edition)]
KINDS = {astuple(element)[3:]: (element, edition) for element, edition in reversed(ALL)}
elements = pytest.mark.parametrize(
    "places",
    [
        pytest.param(list(KINDS.values()), id="the first of each kind"),
        pytest.param(ALL, id="all", marks=pytest.mark.long),
    ],
)
"""That an element is of the kind that the table says is shown by the catalogue (test_schemas_catalogue.py)."""


def refusals(body: bytes, edition: str) -> list[str]:
    """The paths of what is refused; empty for a message that is accepted."""
    message = read(open_message(body), edition)
    assert bool(message.findings) != bool(message.blocks)
    return [finding.path for finding in message.findings]


def texts(element: Element) -> Iterator[tuple[str, bool]]:
    """Texts to try in an element, each with whether it must be accepted."""
    size = bounds(element.type)
    if element.fixed:
        yield from [(element.fixed, True), ("", True), ("502", False), ("14", False), (f"{element.fixed} ", False)]
    elif size is None:
        yield from ((text, True) for text in TYPES[element.type]["accepts"])
        yield from ((text, text == "" and bool(element.default)) for text in TYPES[element.type]["refuses"])
    else:
        least, most = size
        yield from [("汉" * max(least, 1), True), ("", least == 0 or bool(element.default))]
        if least > 1:
            yield "A" * (least - 1), False
        yield from [("A" * most, True), ("汉" * (most + 1), False)] if most > 0 else [("长" * 20_000, True)]
        if most > 0:
            yield from [(f" {'A' * most}\n", element.collapsed), (" " * (most + 1), element.collapsed and least == 0)]


def with_row(element: Element, edition: str, change: Callable[[Row, int], Row]) -> bytes:
    """A message whose row of an element is changed; `change` is given the row and the element's place in it."""
    composed = Composed(element.message, edition)
    row = composed.rows[element.block]
    composed.rows[element.block] = change(row, [name for name, _ in row].index(element.name))
    return composed.render()


@each(("message", "edition"), EVERY)
def test_a_message_with_every_element_is_accepted(message: str, edition: str) -> None:
    assert refusals(Composed(message, edition).render(), edition) == []


@pytest.mark.long
@elements
def test_each_element_takes_what_its_type_says(places: Places) -> None:
    wrong = []
    for element, edition in places:
        for text, accepted in texts(element):
            paths = refusals(
                with_row(
                    element,
                    edition,
                    lambda row, place, text=text: [*row[:place], (row[place][0], text), *row[place + 1 :]],
                ),
                edition,
            )
            if [path.rpartition("/")[2] for path in paths] != ([] if accepted else [element.name]):
                wrong.append((element, edition, text[:30], len(text), accepted, paths))
    assert wrong == []


@elements
def test_an_element_may_be_left_out_only_when_it_is_optional(places: Places) -> None:
    wrong = []
    for element, edition in places:
        paths = refusals(with_row(element, edition, lambda row, place: [*row[:place], *row[place + 1 :]]), edition)
        if [path.rpartition("/")[2] for path in paths] != ([element.name] if element.required else []):
            wrong.append((element, edition, paths))
    assert wrong == []


@elements
def test_an_element_stands_once_and_in_its_place(places: Places) -> None:
    wrong = []
    for element, edition in places:
        twice = with_row(element, edition, lambda row, place: [*row[: place + 1], *row[place:]])
        swapped = with_row(
            element, edition, lambda row, place: [*row[:place], *reversed(row[place : place + 2]), *row[place + 2 :]]
        )
        for changed in (twice, swapped):
            if changed != Composed(element.message, edition).render() and len(refusals(changed, edition)) != 1:
                wrong.append((element, edition, changed))
    assert wrong == []
