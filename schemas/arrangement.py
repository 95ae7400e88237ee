"""Explains wrong children of an element: unknown, misspelt, missing, repeated, or in the wrong order.

xmlschema stops at the first wrong child; here all children are compared with the schema.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from xmlschema.validators import XMLSchemaChildrenValidationError, XsdElement

from schemas.catalogue import nearest
from schemas.findings import Finding
from schemas.message_types import MessageType
from schemas.place import ElementPlace, local, named_field

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"


class _SchemaElement(NamedTuple):
    """An element that the schema requires or allows among the children: `least` to `most` times."""

    tag: str
    least: int
    most: int | None


def concerns(error: Any) -> bool:
    """True for an error about an element's children."""
    return isinstance(error, XMLSchemaChildrenValidationError)


def concerns_all_children(error: Any) -> bool:
    """True for an error about children in a sequence, of which `findings` explains all faults at once."""
    return concerns(error) and _is_sequence(error.validator)


def _is_sequence(group: Any) -> bool:
    return group.model == "sequence" and all(isinstance(part, XsdElement) for part in group)


def _children(part: Any) -> list[Any]:
    """The elements that the type of an element of a sequence has, if it is a sequence too."""
    content: Any = getattr(part.type, "content", None)
    return list(content) if hasattr(content, "model") and _is_sequence(content) else []


def findings(error: Any, place: ElementPlace, entry: MessageType) -> Iterator[Finding]:
    """Yield all faults of the children of the error's element."""
    group = error.validator
    if place.name == "KeyInfo":
        yield place.finding("signature-no-key-name", expected="[0-9a-f]{8,16}")
        return
    if not _is_sequence(group):
        yield place.finding("schema", name=place.name, reason=error.reason)
    else:
        yield from _differences(error.elem, group, place, entry)


def _differences(element: Any, group: Any, place: ElementPlace, entry: MessageType) -> Iterator[Finding]:
    """Yield how the children of an element differ from the sequence that its type demands."""
    model = [_SchemaElement(part.name, part.min_occurs, part.max_occurs) for part in group]
    order = {part.tag: position for position, part in enumerate(model)}
    spelt: set[str] = set()
    within = {local(part.name): part.name for outer in group for part in _children(outer)}
    parents = {local(part.name): outer.name for outer in group for part in _children(outer)}
    for child in element:
        if child.tag not in order:
            wrapper = parents.get(local(child.tag)) if within.get(local(child.tag)) == child.tag else None
            yield _unknown_child(child, place, entry, order, spelt, wrapper)
    yield from _check_counts(element, place, entry, model, spelt)
    yield from _out_of_order(element, place, entry, order)


def _unknown_child(
    child: Any, place: ElementPlace, entry: MessageType, order: dict[str, int], spelt: set[str], wrapper: str | None
) -> Finding:
    """The finding about an unexpected child; adds the tags that it probably stands for to `spelt`. `wrapper`: the tag
    of a sibling in which such a child belongs."""
    at = ElementPlace.of(child, entry)
    if wrapper is not None:
        spelt.add(wrapper)
        return at.finding(
            "element-outside",
            expected=f"{local(wrapper)}/{at.name}",
            found=at.name,
            parent=place.name,
            name=at.name,
            wrapper=local(wrapper),
        )
    names = {local(tag): tag for tag in order}
    close = [known for known in names if known.casefold() == at.name.casefold()] or nearest(at.name, names)
    spelt.update(names[name] for name in close)
    if at.name in names:
        return at.finding("element-namespace", expected=names[at.name], found=child.tag, name=at.name)
    if close:
        return at.finding(
            "element-misspelt", expected=close[0], found=at.name, parent=place.name, name=at.name, nearest=close[0]
        )
    return at.finding("element-unknown", found=at.name, parent=place.name, name=at.name)


def _check_counts(
    element: Any, place: ElementPlace, entry: MessageType, model: list[_SchemaElement], spelt: set[str]
) -> Iterator[Finding]:
    counts = Counter(child.tag for child in element)
    for position, part in enumerate(model):
        name, count = local(part.tag), counts[part.tag]
        if part.most is not None and count > part.most:
            surplus = ElementPlace.of(element.findall(part.tag)[part.most], entry)
            code = "transfer-repeated" if name == "BaseTransfer" else "element-repeated"
            yield surplus.finding(
                code,
                expected=f"≤ {part.most}",
                found=str(count),
                parent=place.name,
                name=name,
                count=count,
                most=part.most,
            )
        elif count < part.least and part.tag not in spelt:
            yield _missing(name, part.tag, model[:position], place, entry)


def _missing(name: str, tag: str, before: list[_SchemaElement], place: ElementPlace, entry: MessageType) -> Finding:
    at = place._replace(path=f"{place.path}/{name}")
    if tag == _SIGNATURE:
        return at.finding("signature-missing", expected=name)
    field = named_field(name, place.name, entry)
    zh, en = _after(before[-1].tag if before else None)
    return at.finding(
        "element-missing",
        expected=name,
        parent=place.name,
        name=name,
        zh={"title": field.zh, "place": zh},
        en={"title": field.en, "place": en},
    )


def _out_of_order(element: Any, place: ElementPlace, entry: MessageType, order: dict[str, int]) -> Iterator[Finding]:
    known = [child for child in element if child.tag in order]
    present = {child.tag for child in known}
    kept = _longest_rising([order[child.tag] for child in known])
    for index, child in enumerate(known):
        if index in kept:
            continue
        at = ElementPlace.of(child, entry)
        earlier = [tag for tag in order if order[tag] < order[child.tag] and tag in present]
        zh, en = _after(earlier[-1] if earlier else None)
        yield at.finding(
            "element-misplaced",
            expected=en,
            found=at.name,
            parent=place.name,
            name=at.name,
            zh={"place": zh},
            en={"place": en},
        )


def _after(tag: str | None) -> tuple[str, str]:
    if tag is None:
        return "最前面", "before all others"
    return f"{local(tag)}之后", f"after {local(tag)}"


def _longest_rising(positions: list[int]) -> set[int]:
    """The indices of a longest increasing subsequence of positions: the children that are in the right order."""
    ends: list[int] = []
    last: list[int] = []
    run: list[int] = []
    before: list[int | None] = []
    for index, position in enumerate(positions):
        slot = bisect_right(last, position)
        before.append(ends[slot - 1] if slot else None)
        ends[slot : slot + 1], last[slot : slot + 1] = [index], [position]
    step = ends[-1] if ends else None
    while step is not None:
        run.append(step)
        step = before[step]
    return set(run)
