"""Documents of which one field is another one: of messages, and of those that are told in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

_STEP = 100_000


def _names(record: Any) -> Sequence[str]:
    return tuple(record.__struct_fields__ if isinstance(record, Struct) else record._fields)


def _with(record: Any, /, **changed: Any) -> Any:
    return replace(record, **changed) if isinstance(record, Struct) else record._replace(**changed)


def fields(clean: Any) -> Iterator[str]:
    """The names of the fields of a document, those of its lines as lines.NAME."""
    yield from (name for name in _names(clean) if name != "lines")
    if lines := getattr(clean, "lines", ()):
        yield from (f"lines.{name}" for name in _names(lines[0]))


def changed(clean: Any, field: str, also: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The changed documents of a field, each with what it holds there instead, and where."""
    if not field.startswith("lines."):
        for value in (*others(getattr(clean, field)), *also):
            yield repr(value), _with(clean, **{field: value})
        return
    name = field.removeprefix("lines.")
    for value in (*others(getattr(clean.lines[0], name)), *also):
        for places in ((0,), (1,), (0, 1))[: 3 if len(clean.lines) > 1 else 1]:
            lines = [_with(line, **{name: value}) if at in places else line for at, line in enumerate(clean.lines)]
            yield f"{value!r} {''.join(str(at + 1) for at in places)}", _with(clean, lines=tuple(lines))


def others(value: Any) -> Iterable[Any]:
    """Values that a field may have instead: none, the neighbours, and other forms."""
    if isinstance(value, int):
        return (0, -1, 1, value - 1, value + 1, value + _STEP)
    if value is None:
        return (0, -1, _STEP)
    if isinstance(value, tuple):
        return ((), value[:1], (*value, "X"), (*value, *value[:1]), ("merchant", "logistics"), ("payment", "warehouse"))
    other = str((int(value[-1]) + 1) % 10) if value[-1:].isdecimal() else "X"
    return ("", value[:-1] + other, f"{value}1", value[:-1], "1", "a b", "９")
