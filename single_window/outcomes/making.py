"""Creates, lists and deletes triggers, for calls and commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from single_window.clock import system_now
from single_window.outcomes.scenarios import Scenario, scenario
from single_window.outcomes.triggers import (
    MAX_NAME_LENGTH,
    MAX_TIMES,
    MAX_TRIGGERS,
    Action,
    Trigger,
    TriggerMatch,
    bad_trigger,
    check,
    of_row,
    parse_trigger,
)
from single_window.refused import Refused
from single_window.store import sandboxes
from single_window.store import triggers as rows
from single_window.store.engine import writing
from single_window.store.numbering import ROWS, Numbering


def make(
    engine: Engine,
    numbering: Numbering,
    sandbox: str,
    *,
    name: str = "",
    times: int | None = None,
    scenario_name: str = "",
    match: Mapping[str, Any] | None = None,
    action: Mapping[str, Any] | None = None,
) -> list[Trigger]:
    """Create the triggers of a scenario, restricted by `match`, or one with `action`; returns them, newest last.

    Raises `Refused`, `UnknownSandbox`.
    """
    steps, default = _steps(scenario_name, match or {}, action)
    often = default if times is None else times
    if not 0 <= often <= MAX_TIMES:
        raise bad_trigger("times", often, f"from 1 to {MAX_TIMES}, or 0 for without end")
    if len(name) > MAX_NAME_LENGTH or not name.isprintable() or name != name.strip():
        raise bad_trigger("name", name, f"it has {MAX_NAME_LENGTH} printable characters at most")
    made = [
        _row(number, name, scenario_name, often, place, *step)
        for place, (number, step) in enumerate(zip(numbering.take(ROWS, "row", len(steps)), steps, strict=True))
    ]
    try:
        with writing(engine) as connection:
            sandboxes.hold(connection, sandbox)
            add(connection, sandbox, made)
    except IntegrityError:
        name = made[0].name
        text = f"There is a trigger {name!r} already; choose another name, or remove it."
        raise Refused("trigger-exists", text, path="name", found=name) from None
    return [of_row(row) for row in made]


def triggers_of(connection: Connection, sandbox: str) -> list[Trigger]:
    """The triggers of a sandbox, newest first, which is also their precedence."""
    return [of_row(row) for row in rows.of_sandbox(connection, sandbox)]


def remove(engine: Engine, sandbox: str, number: int | None = None) -> int:
    """Delete one trigger, or all; raises `Refused`."""
    with writing(engine) as connection:
        sandboxes.hold(connection, sandbox)
        gone = rows.remove(connection, sandbox, number)
    if number is not None and not gone:
        raise _unknown_trigger(sandbox, str(number))
    return gone


def _unknown_trigger(sandbox: str, name: str) -> Refused:
    text = f"The sandbox {sandbox!r} has no trigger {name}. See: single-window trigger list"
    return Refused("no-such-trigger", text, sandbox=sandbox, number=name)


def _steps(
    scenario_name: str, match: Mapping[str, Any], action: Mapping[str, Any] | None
) -> tuple[Sequence[tuple[TriggerMatch, Action]], int]:
    if bool(scenario_name) == bool(action):
        raise bad_trigger("do", scenario_name, "name a scenario, or say what to do: one of the two")
    if not scenario_name:
        return [parse_trigger(match, action or {})], 0
    chosen = scenario(scenario_name)
    return [_narrow(chosen, step, match) for step in chosen.steps], chosen.times


def _narrow(
    chosen: Scenario, step: tuple[TriggerMatch, Action], match: Mapping[str, Any]
) -> tuple[TriggerMatch, Action]:
    """A step of a scenario with additional conditions; the scenario's own conditions stay."""
    own, action = step
    given, _ = parse_trigger(match, msgspec.to_builtins(action))
    for name in ("type", "receipt"):
        if getattr(given, name) and getattr(own, name) and getattr(given, name) != getattr(own, name):
            raise bad_trigger(
                f"match.{name}", getattr(given, name), f"the scenario {chosen.name} is about {getattr(own, name)}"
            )
    narrowed = msgspec.structs.replace(
        own, **{name: value for name in TriggerMatch.__struct_fields__ if (value := getattr(given, name))}
    )
    check(narrowed, action)
    return narrowed, action


def _row(
    number: int, name: str, scenario_name: str, times: int, place: int, match: TriggerMatch, action: Action
) -> rows.TriggerRow:
    called = (f"{name}-{place + 1}" if place else name) if name else f"{scenario_name or action.do}-{number}"
    return stored(number, called, times, match, action)


def stored(number: int, name: str, times: int, match: TriggerMatch, action: Action) -> rows.TriggerRow:
    """A new trigger as it is stored."""
    match_text, action_text = (msgspec.json.encode(part).decode() for part in (match, action))
    return rows.TriggerRow(number, name, match_text, action_text, times, times, system_now())


def add(connection: Connection, sandbox: str, made: Sequence[rows.TriggerRow]) -> None:
    """Store new triggers; raises `Refused` above the sandbox's limit."""
    if rows.count(connection, sandbox) + len(made) > MAX_TRIGGERS:
        text = f"A sandbox has {MAX_TRIGGERS} triggers at most; remove some first."
        raise Refused("too-many-triggers", text, most=MAX_TRIGGERS)
    rows.add(connection, sandbox, made)
