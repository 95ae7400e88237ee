"""The names in a call's query: one that the call does not have is refused, as it would be ignored in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import List
from flask import request

from schemas.catalogue import nearest
from schemas.findings import Finding
from single_window.frame.http.problems import Problem, finding
from single_window.language.words import Words

_SEVERAL = True
_NAMES: dict[str, Mapping[str, bool]] = {}
"""Endpoint → names of its query → whether one may stand several times."""


class ListOf(List[Any]):
    """A list in a query in both usual writings: `a,b`, or the name once for each value (`x=a&x=b`)."""

    is_multiple = _SEVERAL

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[Any]:
        texts = [text for given in value for text in given.split(",")] if any(value) else []
        return super()._deserialize(texts, attr, data, **more)


def declare(endpoint: str, view: Callable[..., Any], more: Iterable[str] = ()) -> None:
    """Note the names of a call's query: those of its schemas, and `more`, which it reads itself."""
    schemas = [schema for schema, place in getattr(view, "_spec", {}).get("args", ()) if place == "query"]
    known = {name: is_list for schema in schemas for name, is_list in _fields_of(schema)}
    _NAMES[endpoint] = {**known, **dict.fromkeys(more, not _SEVERAL)}


def _fields_of(schema: Schema) -> Iterable[tuple[str, bool]]:
    for name, field in schema.fields.items():
        yield field.data_key or name, getattr(field, "is_multiple", isinstance(field, List))


def check_names() -> None:
    """Refuse names that the call does not have, and several values of one that takes a single one."""
    known = _NAMES.get(request.endpoint or "")
    if known is None or not request.args or request.method == "OPTIONS":
        return
    wrong = [_unknown(name, known) for name in request.args if name not in known]
    wrong += [
        finding("wrong-parameter", name=name, reason=_TWICE, path=name)
        for name, texts in request.args.lists()
        if len(texts) > 1 and known.get(name) is not _SEVERAL
    ]
    if wrong:
        raise Problem(400, wrong)


_TWICE = Words("只能给出一次", "it is given more than once, and has one value")


def _unknown(name: str, known: Mapping[str, bool]) -> Finding:
    named = ", ".join(nearest(name, known) or sorted(known))
    reason = Words(
        f"没有该参数；可用：{named}" if named else "该调用没有查询参数",
        f"there is no such parameter, but {named}" if named else "this call has no parameters in its query",
    )
    return finding("wrong-parameter", name=name, reason=reason, path=name, found=name)
