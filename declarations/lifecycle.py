"""The lives of documents, requests, batches and tax bills: `lifecycle.toml`, read once and checked.

It decides what may follow what, and which receipt a step gives. The conditions of a step (`needs`) are words for
people: what they stand for is decided by the rules that a gateway applies before it takes the step.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from declarations.reasons import Reason
from schemas import catalogue

OFFICER, PARTICIPANT, SYSTEM = ACTORS = ("officer", "participant", "system")
LIFECYCLE_OF = MappingProxyType(
    {**{entry.kind: entry.lifecycle for entry in catalogue.entries() if entry.lifecycle}, "batch": "batch"}
)
"""Which lifecycle a kind of document lives."""


class LifecycleState(NamedTuple):
    """A state with its labels. `ended`: its key may be declared again; `final`: nothing leads out of it."""

    name: str
    zh: str
    en: str
    ended: bool = False
    final: bool = False


class Transition(NamedTuple):
    """One step: what it is called, from where to where, by whom, which receipt it gives, on which terms.

    `return_status` is empty for a step without a receipt; `words` is the row of `receipt_texts.csv` that
    is used when no other reason is given, `reasoned` the one for a reason that an officer gives (empty: his reason
    stands in the timeline only). `flow` is I or E where only lists of that flow take it; `export_status` is
    the status of an export where its receipt does not have that of imports. `undoes` names the actions that the step
    takes back.
    """

    action: str
    zh: str
    en: str
    sources: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    return_status: str = ""
    words: str = ""
    needs: tuple[str, ...] = ()
    flow: str = ""
    export_status: str = ""
    undoes: tuple[str, ...] = ()
    reasoned: str = ""

    def answer(self, reason: str, values: Mapping[str, str] | None = None) -> Reason:
        """The words of the step's receipt: with the reason that an officer gave where the step's words can hold it."""
        if self.reasoned and (reason or self.reasoned == self.words):
            return Reason(self.reasoned, {**(values or {}), "reason": reason})
        return Reason(self.words, dict(values or {}))

    def within(self, flow: str) -> Transition | None:
        """The step as a list of a flow takes it; None where it does not. Any flow: the step as it stands."""
        if flow and self.flow not in {"", flow}:
            return None
        return self._replace(return_status=self.export_status) if flow == "E" and self.export_status else self


class Lifecycle(NamedTuple):
    """All states and transitions of one kind of life; `start` names the states in which it may begin."""

    name: str
    zh: str
    en: str
    start: tuple[str, ...]
    states: Mapping[str, LifecycleState]
    transitions: tuple[Transition, ...]


class Explanation(NamedTuple):
    """A condition in words."""

    zh: str
    en: str


class NotAllowed(ValueError):
    """An action that the state does not allow; says which it does."""

    permanent = True

    def __init__(self, state: str, action: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{action} is not allowed in state {state}; allowed: {', '.join(allowed) or 'nothing'}")
        self.state = state
        self.action = action
        self.allowed = allowed


class _Book(NamedTuple):
    lifecycles: Mapping[str, Lifecycle]
    conditions: Mapping[str, Explanation]
    steps: Mapping[tuple[str, str], Mapping[str, Transition]]


def lifecycles() -> Mapping[str, Lifecycle]:
    """Every lifecycle by name."""
    return _book().lifecycles


def conditions() -> Mapping[str, Explanation]:
    """Every word that `needs` may use."""
    return _book().conditions


def state(name: str, lifecycle: str = "declaration") -> LifecycleState:
    """A state of a lifecycle; raises `LookupError` naming the nearest known one."""
    known: LifecycleState = _nearest(_nearest(lifecycles(), lifecycle, "lifecycle").states, name, "state")
    return known


def allowed(
    state: str, by: str | None = None, lifecycle: str = "declaration", flow: str = ""
) -> tuple[Transition, ...]:
    """The transitions that lead out of a state, in the order of the table; `by` narrows them to one actor, `flow` (I or
    E) to those that a list of that flow takes, with the status that its receipt has."""
    steps = (step.within(flow) for step in _steps(state, lifecycle).values())
    return tuple(step for step in steps if step is not None and (by is None or by in step.by))


def undoing(action: str, state: str, lifecycle: str = "declaration", flow: str = "") -> tuple[Transition, ...]:
    """The transitions out of a state that take an earlier action back; empty where nothing does any more."""
    return tuple(step for step in allowed(state, None, lifecycle, flow) if action in step.undoes)


def move(state: str, action: str, lifecycle: str = "declaration") -> Transition:
    """The transition that an action makes from a state; raises `NotAllowed`."""
    steps = _steps(state, lifecycle)
    try:
        return steps[action]
    except KeyError:
        raise NotAllowed(state, action, tuple(steps)) from None


def _steps(state: str, lifecycle: str) -> Mapping[str, Transition]:
    steps = _book().steps
    transitions = steps.get((lifecycle, state))
    if transitions is None:
        _nearest(_nearest(lifecycles(), lifecycle, "lifecycle").states, state, "state")
        return {}
    return transitions


def _nearest(known: Mapping[str, Any], name: str, kind: str) -> Any:
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 1, 0.0)
    raise LookupError(f"no {kind} named {name!r}; the nearest is {near[0]!r}")


@cache
def _book() -> _Book:
    return read(files("declarations").joinpath("lifecycle.toml").read_text("utf-8"))


def read(source: str) -> _Book:
    """The lifecycles of a TOML text; raises `ValueError` for an unknown state, actor or condition, for a step that
    undoes what does not lead to it, for an action that leads two ways out of one state, and for a way out of a final
    state."""
    data = tomllib.loads(source)
    conditions = {name: Explanation(**entry) for name, entry in data["condition"].items()}
    by_name = {name: _lifecycle(name, entry) for name, entry in data["lifecycle"].items()}
    steps: dict[tuple[str, str], dict[str, Transition]] = {}
    for lifecycle in by_name.values():
        for step in lifecycle.transitions:
            for complaint in _complaints(lifecycle, step, conditions):
                raise ValueError(f"{lifecycle.name}.{step.action}: {complaint}")
            for source_state in step.sources:
                if steps.setdefault((lifecycle.name, source_state), {}).setdefault(step.action, step) is not step:
                    raise ValueError(f"{lifecycle.name}: {step.action} leads two ways out of {source_state}")
    return _Book(by_name, conditions, steps)


def _lifecycle(name: str, entry: dict[str, Any]) -> Lifecycle:
    states = {key: LifecycleState(key, **value) for key, value in entry["state"].items()}
    transitions = tuple(_transition(value) for value in entry["transition"])
    return Lifecycle(name, entry["zh"], entry["en"], tuple(entry["start"]), states, transitions)


def _transition(entry: dict[str, Any]) -> Transition:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Transition(sources=values.pop("from"), **values)


def _complaints(lifecycle: Lifecycle, step: Transition, conditions: Mapping[str, Any]) -> Iterator[str]:
    names = (*step.sources, step.to, *lifecycle.start)
    leading = {other.action for other in lifecycle.transitions if other.to in step.sources}
    yield from (f"undoes {name}, which does not lead to it" for name in step.undoes if name not in leading)
    for kind, used, known in (
        ("state", names, lifecycle.states),
        ("actor", step.by, ACTORS),
        ("condition", step.needs, conditions),
    ):
        yield from (f"unknown {kind} {name!r}" for name in used if name not in known)
    if step.flow not in {"", "I", "E"}:
        yield f"unknown flow {step.flow!r}"
    finals = {state.name for state in lifecycle.states.values() if state.final}
    yield from (f"{name} is final" for name in step.sources if name in finals)
