"""Applies the changes of a known fault, as described in its table, to the documents of a trade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from simulators.draws import guid
from simulators.traded import Afterwards, Document, Spoiling

Change = Mapping[str, Any]
Sources = Mapping[str, Callable[[Any], str]]
"""Name used in `from` → function that returns the value."""


def apply_change(trade: Any, change: Change, source_values: Any, sources: Sources) -> Any:
    """A copy of the trade with one change. A document that it lacks is skipped."""
    kind = change["document"]
    document = trade.document(kind)
    if document is None:
        return trade
    if "spoil" in change:
        return replace(trade, spoiling=Spoiling(kind, *change["spoil"]))
    if change.get("late"):
        return replace(trade.with_document(kind, None), afterwards=(*trade.afterwards, Afterwards(kind, document)))
    if "again" in change:
        again = Afterwards(kind, repeat_document(document, change["again"]))
        return replace(trade, afterwards=(*trade.afterwards, again))
    return trade.with_document(
        kind, None if change.get("never") else _rewrite(document, change, source_values, sources)
    )


def _rewrite(document: Document, change: Change, source_values: Any, sources: Sources) -> Document:
    copy = Document(dict(document.head), [dict(line) for line in document.lines])
    if "remove_line" in change:
        del copy.lines[change["remove_line"] - 1]
        return copy
    elements = copy.lines[change["line"] - 1] if "line" in change else copy.head
    field = change["field"]
    if change.get("drop"):
        del elements[field]
    elif "add" in change:
        elements[field] = str(Decimal(elements[field]) + Decimal(change["add"]))
    else:
        elements[field] = change["set"] if "set" in change else sources[change["from"]](source_values)
    return copy


def repeat_document(document: Document, changes: Mapping[str, Any]) -> Document:
    """A repeated document: `appTime` moved by seconds, a new `guid` if true, other head elements replaced."""
    head = {**document.head, **{field: value for field, value in changes.items() if field not in {"appTime", "guid"}}}
    if "appTime" in changes:
        head["appTime"] = moved_time(head["appTime"], changes["appTime"])
    if changes.get("guid"):
        head["guid"] = guid(head["guid"], head["appTime"])
    return Document(head, document.lines)


def moved_time(app_time: str, seconds: int) -> str:
    """A yyyyMMddHHmmss moved by a number of seconds."""
    return f"{datetime.strptime(app_time, '%Y%m%d%H%M%S') + timedelta(seconds=seconds):%Y%m%d%H%M%S}"
