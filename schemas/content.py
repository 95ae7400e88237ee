"""Explains faults of the content of one element: its value, its attributes, unexpected content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xmlschema.validators import facets

from schemas.code_names import naming_code
from schemas.elements import collapse
from schemas.findings import Finding
from schemas.place import ElementPlace

_INTEGERS = {"int", "N9", "N5", "N4"}


def findings(error: Any, place: ElementPlace) -> Iterator[Finding]:
    """Yield the findings for one error of xmlschema about an element's content."""
    reason = error.reason or error.message
    if "attribute" in reason:
        yield _attribute(error, place, reason)
    elif "child elements not allowed" in reason:
        yield place.finding("text-between", parent=place.name)
    elif "simple content element" in reason:
        yield _value("element-inside", place, "", "")
    elif "fixed value" in reason or place.field.fixed:
        fixed = place.field.fixed or ""
        yield _value("not-fixed", place, fixed, error.elem.text or "", fixed=fixed)
    elif len(error.elem) == 0:
        yield _of_value(error, place, reason)


def value_finding(place: ElementPlace, text: str, reason: str) -> Finding:
    """Return the finding about a value that does not fit its type."""
    kind = place.field.type
    if kind in _INTEGERS:
        whole = text.strip().lstrip("+-").isdigit()
        return _value("out-of-range" if whole else "not-an-integer", place, kind, text)
    if kind.startswith("N"):
        return _value("not-a-number", place, kind, text)
    return _value("schema", place, kind, text, reason=reason)


def _attribute(error: Any, place: ElementPlace, reason: str) -> Finding:
    name = reason.split("'")[1] if "'" in reason else reason
    if reason.startswith("missing"):
        return place.finding("attribute-missing", expected=name, parent=place.name, name=name)
    if "not allowed" in reason:
        return place.finding("attribute-unknown", found=name, parent=place.name, name=name)
    name = reason.removeprefix("attribute ").partition("=")[0]
    at = place._replace(
        path=f"{place.path}/@{name}",
        name=name,
        field=place.field._replace(name=name, zh=f"属性{name}", en=f"attribute {name}"),
    )
    return _of_value(error, at, reason, error.elem.get(name) or "")


def _of_value(error: Any, place: ElementPlace, reason: str, text: str | None = None) -> Finding:
    text = error.elem.text or "" if text is None else text
    facet = error.validator
    limit = getattr(facet, "value", None)
    if place.field.collapsed:
        text = collapse(text)
    if not text and not place.field.required:
        return _value("empty-optional", place, place.field.type, "")
    if not text:
        return _value("empty", place, place.field.type, "")
    return naming_code(_of_facet(facet, limit, place, text, reason), place.name, text)


def _of_facet(facet: Any, limit: Any, place: ElementPlace, text: str, reason: str) -> Finding:
    """Return the finding about a value that a facet of its type, with this limit, does not allow."""
    shown = f"{len(text)}: {text}"
    match facet:
        case facets.XsdMaxLengthFacet():
            return _value("too-long", place, f"≤ {limit}", shown, length=len(text), limit=limit)
        case facets.XsdMinLengthFacet():
            return _value("too-short", place, f"≥ {limit}", shown, length=len(text), limit=limit)
        case facets.XsdLengthFacet():
            return _value("wrong-length", place, str(limit), shown, length=len(text), limit=limit)
        case facets.XsdTotalDigitsFacet():
            return _value("too-many-digits", place, place.field.type, text, limit=limit)
        case facets.XsdFractionDigitsFacet():
            return _value("too-many-decimals", place, place.field.type, text, limit=limit)
    return value_finding(place, text, reason)


def _value(code: str, place: ElementPlace, expected: str, found: str, **values: object) -> Finding:
    field = place.field
    return place.finding(
        code,
        expected=expected,
        found=found,
        name=place.name,
        **values,
        zh={"title": field.zh, "note": field.zh_note},
        en={"title": field.en, "note": field.en_note},
    )
