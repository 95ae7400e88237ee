"""Every element of every message takes and refuses exactly what the table of fields says, in both editions."""

from __future__ import annotations

from collections.abc import Iterator

from composing import Composed, Element, bounds, elements_of, every, table

from schemas.reading import open_message, read
from tests.tables import each

TYPES = table("types.toml")
EVERY = every()


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


@each(("message", "edition"), EVERY)
def test_a_message_with_every_element_is_accepted(message: str, edition: str) -> None:
    assert refusals(Composed(message, edition).render(), edition) == []


@each(("message", "edition"), EVERY)
def test_each_element_takes_what_its_type_says(message: str, edition: str) -> None:
    wrong = []
    for element in elements_of(message, edition):
        for text, accepted in texts(element):
            composed = Composed(message, edition)
            row = composed.rows[element.block]
            row[[name for name, _ in row].index(element.name)] = (element.name, text)
            paths = refusals(composed.render(), edition)
            expected = [] if accepted else [element.name]
            if [path.rpartition("/")[2] for path in paths] != expected:
                wrong.append((element.block, element.name, element.type, text[:30], len(text), accepted, paths))
    assert wrong == []


@each(("message", "edition"), EVERY)
def test_an_element_may_be_left_out_only_when_it_is_optional(message: str, edition: str) -> None:
    wrong = []
    for element in elements_of(message, edition):
        composed = Composed(message, edition)
        composed.rows[element.block] = [pair for pair in composed.rows[element.block] if pair[0] != element.name]
        paths = refusals(composed.render(), edition)
        if [path.rpartition("/")[2] for path in paths] != ([element.name] if element.required else []):
            wrong.append((element.block, element.name, paths))
    assert wrong == []


@each(("message", "edition"), EVERY)
def test_an_element_stands_once_and_in_its_place(message: str, edition: str) -> None:
    wrong = []
    for element in elements_of(message, edition):
        row = Composed(message, edition).rows[element.block]
        place = [name for name, _ in row].index(element.name)
        twice = [*row[:place + 1], *row[place:]]
        swapped = [*row[:place], *reversed(row[place:place + 2]), *row[place + 2:]]
        for changed in [twice, *([swapped] if place + 1 < len(row) else [])]:
            composed = Composed(message, edition)
            composed.rows[element.block] = changed
            if len(refusals(composed.render(), edition)) != 1:
                wrong.append((element.block, element.name, [name for name, _ in changed]))
    assert wrong == []
