"""The documents of `tests/specifications/trade.toml` and `trade_export.toml`, with the changes that a case makes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_type_hints

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import line_class
from declarations.money import scaled_from_text

SPECIFICATIONS = Path(__file__).parents[2] / "specifications"
_TRADE = {
    kind: facts
    for file in ("trade.toml", "trade_export.toml")
    for kind, facts in tomllib.loads((SPECIFICATIONS / file).read_text("utf-8")).items()
}


def cases(topic: str) -> list[Any]:
    """Every case of every file of a topic as pytest parameters, named by file and case; file-wide keys are kept."""
    import pytest

    params = []
    for path in sorted((SPECIFICATIONS / topic).glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        shared = {key: value for key, value in data.items() if key != "case"}
        params += [pytest.param({**shared, **case}, id=f"{path.stem}: {case['name']}") for case in data["case"]]
    assert params, f"no case of {topic}"
    return params


def file_cases(name: str) -> list[Any]:
    """The cases of one file, "export/returns", as pytest parameters."""
    import pytest

    data = tomllib.loads((SPECIFICATIONS / f"{name}.toml").read_text("utf-8"))
    shared = {key: value for key, value in data.items() if key != "case"}
    assert data["case"], f"no case in {name}"
    return [pytest.param({**shared, **case}, id=case["name"]) for case in data["case"]]


def document(kind: str, change: dict[str, Any] | None = None, lines: list[dict[str, Any]] | None = None) -> Any:
    """A document of the clean trade; `change` replaces fields of its head, `lines` gives the changes of each line
    (a list shorter or longer than the clean one changes the number of lines)."""
    head = {**_TRADE[kind], **(change or {})}
    clean = head.pop("lines", [])
    if lines is not None:
        clean = [{**clean[min(place, len(clean) - 1)], **line} for place, line in enumerate(lines)]
    values = _values(DOCUMENTS[kind], head)
    if clean:
        values["lines"] = tuple(
            line_class(DOCUMENTS[kind])(**_values(line_class(DOCUMENTS[kind]), line)) for line in clean
        )
    return DOCUMENTS[kind](**values)


def _values(kind: Any, given: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    strangers = set(given) - set(hints)
    assert not strangers, f"{kind.__name__} has no {strangers}"
    return {name: _value(name, hint, given) for name, hint in hints.items() if name != "lines"}


def _value(name: str, hint: Any, given: dict[str, Any]) -> Any:
    if hint is str or name in {"gnum", "pack_no", "msg_count", "msg_seq_no"}:
        return given[name]
    return scaled_from_text(given[name]) if name in given else None
