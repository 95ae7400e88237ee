"""The names in a call's query: one that the call does not have is refused, as it would be ignored in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from apiflask import Schema
from apiflask.fields import List, Nested
from flask import request

from schemas.catalogue import nearest
from schemas.findings import Finding
from single_window.frame.http.problems import Problem, finding
from single_window.language.words import Words

_SEVERAL = True
MOST_CHARACTERS = 60
"""Characters of a name by which similar ones are looked for."""
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
    known = {name: is_list for schema in schemas_of(view, "query") for name, is_list in _fields_of(schema)}
    _NAMES[endpoint] = {**known, **dict.fromkeys(more, not _SEVERAL)}


def _fields_of(schema: Schema) -> Iterable[tuple[str, bool]]:
    for name, field in schema.fields.items():
        yield field.data_key or name, getattr(field, "is_multiple", isinstance(field, List))


def check_names() -> None:
    """Refuse names that the call does not have, and several values of one that takes a single one."""
    known = _NAMES.get(request.endpoint or "")
    if known is None or not request.args or request.method == "OPTIONS":
        return
    wrong = [unknown_name(name, known) for name in request.args if name not in known]
    wrong += [
        finding("wrong-parameter", name=name, reason=_TWICE, path=name)
        for name, texts in request.args.lists()
        if len(texts) > 1 and known.get(name) is not _SEVERAL
    ]
    if wrong:
        raise Problem(400, wrong)


_TWICE = Words("只能给出一次", "it is given more than once, and has one value")


def unknown_name(name: str, known: Iterable[str], path: str = "") -> Finding:
    """Return the finding about a name that a query, or a level of a body, does not have: it names the one that was
    meant, and those that there are. `path`: the place of the name."""
    names, name = sorted(known), name[:MOST_CHARACTERS]
    close = nearest(name, names)
    named, meant = ", ".join(names), "".join(close)
    zh = f"没有该参数；{f'是否指{meant}？' if meant else ''}可用：{named}" if names else "该调用没有查询参数"
    did_you_mean = f" Did you mean {meant}?" if meant else ""
    en = (
        f"there is no such parameter.{did_you_mean} There are: {named}"
        if names
        else "this call has no parameters in its query"
    )
    return finding(
        "wrong-parameter", name=path or name, reason=Words(zh, en), path=path or name, expected=meant, found=name
    )


def names_beside(schemas: Iterable[Schema], steps: Sequence[str | int]) -> list[str] | None:
    """Return the names of the fields beside the last of these steps from the root of a body or query, whose schemas are
    given; None if the place holds whatever is sent."""
    names: list[str] = []
    for schema in schemas:
        level: Schema | None = schema
        for step in steps[:-1]:
            level = level if isinstance(step, int) or level is None else _below(level, step)
        names += [] if level is None else [name for name, _ in _fields_of(level)]
    return names or None


def _below(schema: Schema, name: str) -> Schema | None:
    """The schema of a field; None if it has none."""
    field = next((field for key, field in schema.fields.items() if (field.data_key or key) == name), None)
    while isinstance(field, List):
        field = field.inner
    return field.schema if isinstance(field, Nested) else None  # type: ignore[return-value]


def schemas_of(view: Any, place: str) -> list[Schema]:
    """Return the schemas of a call's query ("query") or body ("json")."""
    said = getattr(view, "_spec", {})
    bodies = [said["body"]] if place == "json" and isinstance(said.get("body"), Schema) else []
    return bodies + [schema for schema, where in said.get("args") or () if where == place]
