"""Commands that with `--url` are one call of the API: what they were given goes into it, its answer is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

import click

from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call
from single_window.frame.commands.remote import Command, over_http

Filled: TypeAlias = str | tuple[str, Callable[[Any], Any]]
"""The name of a field of the API, and what is made of the option for it, if anything."""
_PLACES = re.compile(r"\{(\w+)\}")


def over_api(
    method: str,
    path: str,
    *,
    query: Mapping[str, Filled] | None = None,
    body: Mapping[str, Filled] | None = None,
    show: Callable[[Call, Any], None] | None = None,
) -> Callable[[Command], Command]:
    """Gives a command `--url` and `--key`: with an address it is this call. `path` names arguments in braces; `query`
    and `body` name the fields for options and arguments, one behind `OPTION:` where there are several for it. What the
    call cannot take may not be given. `show` (or else `show_any`) prints the answer. Stands
    under `@command`."""
    taken = {*_PLACES.findall(path), *(name.partition(":")[0] for name in (*(query or {}), *(body or {})))}

    def there(call: Call, sandbox: SandboxClient, **options: Any) -> None:
        for name in options.keys() - taken:
            if options[name]:
                raise click.UsageError(f"{_option(name)} is for the data folder; with --url the key says who asks.")
        address = _PLACES.sub(lambda place: part(str(options[place.group(1)])), path)
        sent = {"json": _fields(body, options)} if body is not None else {}
        (show or show_any)(call, sandbox.call(method, address, query=_fields(query or {}, options), **sent))

    return over_http(there)


def as_is(**values: Any) -> dict[str, Filled]:
    """Fields that are always the same, whatever the command was given."""
    return {f"={name}": (name, partial(_same, value)) for name, value in values.items()}


def _same(value: Any, _: Any) -> Any:
    return value


def show_any(call: Call, answer: Any) -> None:
    """An answer of the API: as JSON, or as tables of what stands in it."""
    call.give(answer)
    facts = {name: value for name, value in (answer or {}).items() if _is_plain(value) and value not in (None, "")}
    if facts:
        call.table("", ("what", "is"), list(facts.items()))
    for name, value in (answer or {}).items():
        if isinstance(value, list) and value:
            _rows(call, name, value)
        elif isinstance(value, list) and not facts:
            call.say(f"{name}: none 无")


def _option(name: str) -> str:
    """An option as it is written."""
    known = {param.name: param.opts[0] for param in click.get_current_context().command.params}
    return known.get(name, name)


def _rows(call: Call, name: str, rows: list[Any]) -> None:
    if not all(isinstance(row, dict) for row in rows):
        call.say(f"{name}: {', '.join(map(str, rows))}")
        return
    columns = [column for column, value in rows[0].items() if _is_plain(value)]
    call.table(name, tuple(columns), [tuple(row.get(column) for column in columns) for row in rows])


def _is_plain(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _fields(wanted: Mapping[str, Filled], options: Mapping[str, Any]) -> dict[str, Any]:
    fields = {}
    for option, filled in wanted.items():
        name, made = filled if isinstance(filled, tuple) else (filled, None)
        value = options.get(option.partition(":")[0])
        if made is not None:
            value = made(value)
        if value is not None:
            fields[name] = list(value) if isinstance(value, tuple) else value
    return fields
