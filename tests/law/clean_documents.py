"""The documents of two clean trades (`trade.toml`, `trade_export.toml`), with the changes that a case makes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_type_hints

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import line_class
from declarations.money import scaled_from_text
from tests.law.rows import TABLES

_NUMBERS = {"gnum", "pack_no", "msg_count", "msg_seq_no"}


@cache
def _trade() -> Mapping[str, Any]:
    return {
        kind: facts
        for file in ("trade.toml", "trade_export.toml")
        for kind, facts in tomllib.loads((TABLES / file).read_text("utf-8")).items()
    }


def document(
    kind: str, change: Mapping[str, Any] | None = None, lines: Sequence[Mapping[str, Any]] | None = None
) -> Any:
    """Return a document of the clean trade; `change` replaces fields of its head, `lines` gives the changes of each
    line (a list shorter or longer than the clean one changes the number of lines)."""
    head = {**_trade()[kind], **(change or {})}
    clean = head.pop("lines", [])
    if lines is not None:
        clean = [{**clean[min(place, len(clean) - 1)], **line} for place, line in enumerate(lines)]
    whole: Any = DOCUMENTS[kind]
    values = _values(whole, head)
    if clean:
        shape: Any = line_class(whole)
        values["lines"] = tuple(shape(**_values(shape, line)) for line in clean)
    return whole(**values)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _values(kind: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)
    if strangers := set(given) - set(hints):
        raise LookupError(f"{kind.__name__} has no {', '.join(sorted(strangers))}")
    return {name: _value(name, hint, given) for name, hint in hints.items() if name != "lines"}


def _value(name: str, hint: Any, given: Mapping[str, Any]) -> Any:
    if hint is str or name in _NUMBERS:
        return given[name]
    return scaled_from_text(given[name]) if name in given else None
