"""Options and arguments of a command, from the signature of its function: names, types, defaults and what must be given
are those of the parameters. A parameter is an argument unless its default is an `option`; a frozen dataclass stands for
its fields.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, BinaryIO, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import click

FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
FOLDER = click.Path(path_type=Path, file_okay=False)
DAY = click.DateTime(["%Y-%m-%d"])
_TYPES: dict[Any, Any] = {Path: FILE, datetime: DAY, BinaryIO: click.File("rb")}
"""Type of a parameter -> how its text is read, for those that click does not know."""


class Declared(NamedTuple):
    """The declaration of a parameter: its kind, its names if they do not follow from it, and attributes of click."""

    kind: type[click.Parameter]
    names: Sequence[str]
    attributes: dict[str, Any]


def option(help: str = "", *names: str, **attributes: Any) -> Any:
    """Return the default of a parameter that is an option. It must be given unless it has a `default`, may be None, is
    a flag or has several values; a default is shown unless it is empty."""
    return Declared(click.Option, names, {"help": help or None, **attributes})


def argument(metavar: str = "", **attributes: Any) -> Any:
    """Return the default of a parameter that is an argument with another name in the help, or a type of click."""
    return Declared(click.Argument, (), {"metavar": metavar or None, **attributes})


def from_signature(function: Callable[..., Any], given: int = 0) -> Callable[..., Any]:
    """Return the function as click calls it, with the options and arguments of its signature. `given`: the number of
    leading parameters that are not from the command line. A parameter that a decorator declares is as that says."""
    hints = get_type_hints(function)
    wanted = [param for param in list(inspect.signature(function).parameters.values())[given:] if _is_named(param)]
    declared = function.__dict__.pop("__click_params__", [])
    known = {param.name: param for param in declared}
    values = {param.name: hints[param.name] for param in wanted if dataclasses.is_dataclass(hints[param.name])}
    made: list[click.Parameter] = []
    for param in wanted:
        if param.name in values:
            made += _of_fields(values[param.name], known)
        else:
            made.append(_of(param.name, hints[param.name], param.default, known))
    called = _gathering(function, values) if values else function
    # click reads the list from its end; what is left are options that are gathered as **
    merged = [*known.values(), *reversed(made)]
    called.__click_params__ = merged if len(merged) > len(declared) else declared  # type: ignore[attr-defined]
    return called


def _is_named(param: inspect.Parameter) -> bool:
    return param.kind not in {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}


def _gathering(function: Callable[..., Any], values: dict[str, Any]) -> Callable[..., Any]:
    """Return the function as click calls it, which gathers the options of each value."""
    fields = {name: [field.name for field in dataclasses.fields(kind)] for name, kind in values.items()}

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        gathered = {name: values[name](**{field: options.pop(field) for field in fields[name]}) for name in values}
        return function(*args, **options, **gathered)

    return called


def _of_fields(kind: Any, known: dict[str | None, click.Parameter]) -> Iterator[click.Parameter]:
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        yield _of(field.name, hints[field.name], field.default, known)


def _of(name: str, hint: Any, default: Any, known: dict[str | None, click.Parameter]) -> click.Parameter:
    return known.pop(name) if name in known else _parameter(name, hint, default)


def _parameter(name: str, hint: Any, declared: Any) -> click.Parameter:
    """Return the option or argument of a parameter."""
    kind, names, attributes = declared if isinstance(declared, Declared) else argument()
    may_be_none, hint = _without_none(hint)
    several, hint = (True, get_args(hint)[0]) if get_origin(hint) in {tuple, Sequence} else (False, hint)
    how: dict[str, Any] = {"required": not (several or hint is bool or may_be_none or "default" in attributes)}
    if kind is click.Argument:
        how |= {"nargs": -1 if several else 1, "type": _type(hint)}
        return kind([name], **{**how, **attributes})
    if hint is bool:
        how["is_flag"] = True
    elif "flag_value" not in attributes:
        how |= {"type": None if "callback" in attributes else _type(hint), "multiple": several}
    default = attributes.get("default")
    how["show_default"] = default is not None and default is not False and default != ""
    return kind([*(names or [f"--{name.replace('_', '-')}"]), name], **{**how, **attributes})


def _without_none(hint: Any) -> tuple[bool, Any]:
    """Return whether a type has None, and the type without it."""
    if get_origin(hint) not in {Union, UnionType}:
        return False, hint
    others = [part for part in get_args(hint) if part is not NoneType]
    return len(others) < len(get_args(hint)), others[0] if len(others) == 1 else Union[tuple(others)]  # noqa: UP007


def _type(hint: Any) -> Any:
    if get_origin(hint) is Literal:
        return click.Choice(get_args(hint))
    return _TYPES.get(hint, hint if hint in (str, int, float) else None)
