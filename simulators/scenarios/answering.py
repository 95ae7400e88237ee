"""Compares the answer to a call with what a step expects: status, finding, and single values of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from simulators.entry.windows import CallRefused, SandboxClient
from simulators.scenarios.expecting import NOTHING, Mismatch, is_same_value
from simulators.scenarios.form import CallStep

FIRST_ERROR = 400
LENGTH = "#"
"""The last part of a path that asks for the number of rows."""
_PLAIN = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)


def mismatches(step: CallStep, sandbox: SandboxClient, kept: dict[str, str]) -> list[Mismatch]:
    """Make the call of a step, put the values that it keeps into `kept`, and compare the answer with what it
    expects."""
    method, _, path = step.call.partition(" ")
    more: dict[str, Any] = {} if step.json is None else {"json": step.json}
    if step.body:
        more = {"body": step.body.encode(), "headers": {"Content-Type": "text/plain; charset=utf-8"}}
    try:
        answer = sandbox.call(method, path, query=step.query, **more)
    except CallRefused as refused:
        return list(_refused(step, refused))
    if step.answer >= FIRST_ERROR:
        return [Mismatch(f"HTTP {step.answer} to {step.call}", "it was done", "the window did what it must refuse")]
    kept.update((name, value_at(answer, path)) for name, path in step.keep.items())
    return [*_missing(step, kept), *_values(step, answer)]


def _refused(step: CallStep, refused: CallRefused) -> Iterator[Mismatch]:
    if refused.status != step.answer:
        yield Mismatch(f"HTTP {step.answer} to {step.call}", f"HTTP {refused.status} {refused}", "it answers otherwise")
    if step.finding and step.finding not in refused.codes:
        yield Mismatch(f"the finding {step.finding}", str(refused), "the answer does not name it")


def _missing(step: CallStep, kept: dict[str, str]) -> Iterator[Mismatch]:
    for name, path in step.keep.items():
        if not kept[name]:
            yield Mismatch(f"{path} to keep as {name}", NOTHING, f"{step.call} has no {path}")


def _values(step: CallStep, answer: Any) -> Iterator[Mismatch]:
    for path, wanted in step.gives.items():
        found = value_at(answer, path)
        if not is_same_value(found, wanted):
            yield Mismatch(
                f"{path} {wanted or NOTHING}", f"{path} {found or NOTHING}", f"{step.call} differs in {path}"
            )


def value_at(answer: Any, path: str) -> str:
    """The text at a path of an answer: `lists/0/state`, `totals/year=2026/usd`, `lists/#` (how many); empty if there is
    none. Of XML a path names the elements below the first one; several of a name are rows."""
    value = _elements(etree.fromstring(answer.encode(), _PLAIN)) if _is_xml(answer) else answer
    for part in path.split("/"):
        value = _part(value, part)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _is_xml(answer: Any) -> bool:
    return isinstance(answer, str) and answer.startswith("<?xml")


def _elements(parent: Any) -> Any:
    """The text of an element, or its children by name."""
    if not len(parent):
        return parent.text or ""
    found: dict[str, list[Any]] = {}
    for child in parent:
        found.setdefault(etree.QName(child).localname, []).append(_elements(child))
    return {name: rows[0] if len(rows) == 1 else rows for name, rows in found.items()}


def _part(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if not isinstance(value, list):
        return None
    if part == LENGTH:
        return len(value)
    name, is_named, wanted = part.partition("=")
    if is_named:
        return next((row for row in value if str(row.get(name)) == wanted), None)
    return value[int(part)] if part.isdecimal() and int(part) < len(value) else None
