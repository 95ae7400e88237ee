"""The lifecycles (state machines) of documents, requests, batches and tax bills: `lifecycle.toml`, read and checked.

A lifecycle defines the states, the allowed transitions and their receipts. The conditions of a transition (`needs`) are
only documentation: gateways check them by rules before they apply the transition.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from declarations.reasons import Reason
from schemas import catalogue

OFFICER, PARTICIPANT, SYSTEM = ACTORS = ("officer", "participant", "system")
LIFECYCLE_OF = MappingProxyType(
    {**{entry.kind: entry.lifecycle for entry in catalogue.entries() if entry.lifecycle}, "batch": "batch"}
)
"""Kind of document → its lifecycle."""


class LifecycleState(NamedTuple):
    """A state with its labels. `ended`: its key may be declared again; `final`: it has no outgoing transition."""

    name: str
    zh: str
    en: str
    ended: bool = False
    final: bool = False


class Transition(NamedTuple):
    """A transition: action, labels, source states, target state, actors, receipt, conditions.

    `return_status` is empty if it has no receipt. `words` is the row of `receipt_texts.csv` used by default, `reasoned`
    the row for a reason that an officer gives (empty: that reason is only in the timeline). `flow` is I or E if only
    lists of that flow have it; `export_status` is the status for exports, if it differs. `undoes` names the actions
    that it reverses.
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

    def receipt_text(self, reason: str, values: Mapping[str, str] | None = None) -> Reason:
        """Return the text of the receipt; with the reason that an officer gave, if the text has a place for it."""
        if self.reasoned and (reason or self.reasoned == self.words):
            return Reason(self.reasoned, {**(values or {}), "reason": reason})
        return Reason(self.words, dict(values or {}))

    def in_flow(self, flow: str) -> Transition | None:
        """Return the transition with its status for a flow; None if lists of that flow do not have it. "":
        unchanged."""
        if flow and self.flow not in {"", flow}:
            return None
        return self._replace(return_status=self.export_status) if flow == "E" and self.export_status else self


class Lifecycle(NamedTuple):
    """All states and transitions of a lifecycle; `start` names its initial states."""

    name: str
    zh: str
    en: str
    start: tuple[str, ...]
    states: Mapping[str, LifecycleState]
    transitions: tuple[Transition, ...]


class Explanation(NamedTuple):
    """The text of a condition."""

    zh: str
    en: str


class NotAllowed(ValueError):
    """Raised for an action that the state does not allow; names those allowed."""

    permanent = True

    def __init__(self, state: str, action: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{action} is not allowed in state {state}; allowed: {', '.join(allowed) or 'nothing'}")
        self.state = state
        self.action = action
        self.allowed = allowed


class _LifecycleTable(NamedTuple):
    lifecycles: Mapping[str, Lifecycle]
    conditions: Mapping[str, Explanation]
    steps: Mapping[tuple[str, str], Mapping[str, Transition]]


def all_lifecycles() -> Mapping[str, Lifecycle]:
    """Return all lifecycles by name."""
    return _load_table().lifecycles


def all_conditions() -> Mapping[str, Explanation]:
    """Return the conditions that `needs` may name."""
    return _load_table().conditions


def state_of(name: str, lifecycle: str = "declaration") -> LifecycleState:
    """Return a state of a lifecycle; raises `LookupError`, naming the nearest known name."""
    known: LifecycleState = _look_up(_look_up(all_lifecycles(), lifecycle, "lifecycle").states, name, "state")
    return known


def state_values(name: str, lifecycle: str = "declaration") -> dict[str, str]:
    """Return the values of a reason that names a state, with its name in both languages."""
    known = _look_up(all_lifecycles(), lifecycle, "lifecycle").states.get(name)
    return {"state": name, "state_zh": known.zh if known else name, "state_en": known.en if known else name}


def allowed_transitions(
    state: str, by: str | None = None, lifecycle: str = "declaration", flow: str = ""
) -> tuple[Transition, ...]:
    """Return the transitions out of a state, in the order of the table. `by` filters by actor; `flow` (I or E) filters
    by flow and sets the flow's receipt status."""
    steps = (step.in_flow(flow) for step in _transitions_from(state, lifecycle).values())
    return tuple(step for step in steps if step is not None and (by is None or by in step.by))


def undoing_transitions(
    action: str, state: str, lifecycle: str = "declaration", flow: str = ""
) -> tuple[Transition, ...]:
    """Return the transitions out of a state that reverse an earlier action; empty if it can no longer be reversed."""
    return tuple(step for step in allowed_transitions(state, None, lifecycle, flow) if action in step.undoes)


def transition_of(state: str, action: str, lifecycle: str = "declaration") -> Transition:
    """Return the transition of an action from a state; raises `NotAllowed`."""
    steps = _transitions_from(state, lifecycle)
    try:
        return steps[action]
    except KeyError:
        raise NotAllowed(state, action, tuple(steps)) from None


def _transitions_from(state: str, lifecycle: str) -> Mapping[str, Transition]:
    steps = _load_table().steps
    transitions = steps.get((lifecycle, state))
    if transitions is None:
        _look_up(_look_up(all_lifecycles(), lifecycle, "lifecycle").states, state, "state")
        return {}
    return transitions


def _look_up(known: Mapping[str, Any], name: str, kind: str) -> Any:
    if name in known:
        return known[name]
    near = get_close_matches(name, known, 1, 0.0)
    raise LookupError(f"no {kind} named {name!r}; the nearest is {near[0]!r}")


@cache
def _load_table() -> _LifecycleTable:
    here = Path(__file__).parent
    # the conditions of `lifecycle.toml` hold for all; a folder may have the lifecycles of its own subjects
    sources = (here / "lifecycle.toml", *sorted(here.glob("*/lifecycle.toml")))
    return parse_lifecycles("\n".join(source.read_text("utf-8") for source in sources))


def parse_lifecycles(source: str) -> _LifecycleTable:
    """Parse the lifecycles; those with `asked_in` have the steps of `question`, too, out of each of these states and
    back into it. Raises `ValueError` for an unknown state, actor or condition, a step that undoes an action which does
    not lead to its source states, an action with two targets from one state, and a transition out of a final state."""
    data = tomllib.loads(source)
    conditions = {name: Explanation(**entry) for name, entry in data["condition"].items()}
    questions = data.get("question", ())
    by_name = {name: _parse_lifecycle(name, entry, questions) for name, entry in data["lifecycle"].items()}
    steps: dict[tuple[str, str], dict[str, Transition]] = {}
    for lifecycle in by_name.values():
        for step in lifecycle.transitions:
            for error in _find_errors(lifecycle, step, conditions):
                raise ValueError(f"{lifecycle.name}.{step.action}: {error}")
            for source_state in step.sources:
                if steps.setdefault((lifecycle.name, source_state), {}).setdefault(step.action, step) is not step:
                    raise ValueError(f"{lifecycle.name}: {step.action} leads two ways out of {source_state}")
    return _LifecycleTable(by_name, conditions, steps)


def _parse_lifecycle(name: str, entry: dict[str, Any], questions: Sequence[dict[str, Any]]) -> Lifecycle:
    states = {key: LifecycleState(key, **value) for key, value in entry["state"].items()}
    asked = [{**step, "from": [state], "to": state} for state in entry.get("asked_in", ()) for step in questions]
    transitions = tuple(_parse_transition(value) for value in (*entry["transition"], *asked))
    return Lifecycle(name, entry["zh"], entry["en"], tuple(entry["start"]), states, transitions)


def _parse_transition(entry: dict[str, Any]) -> Transition:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Transition(sources=values.pop("from"), **values)


def _find_errors(lifecycle: Lifecycle, step: Transition, conditions: Mapping[str, Any]) -> Iterator[str]:
    names = (*step.sources, step.to, *lifecycle.start)
    actions_before = {other.action for other in lifecycle.transitions if other.to in step.sources}
    yield from (f"undoes {name}, which does not lead to it" for name in step.undoes if name not in actions_before)
    for kind, used_names, known_names in (
        ("state", names, lifecycle.states),
        ("actor", step.by, ACTORS),
        ("condition", step.needs, conditions),
    ):
        yield from (f"unknown {kind} {name!r}" for name in used_names if name not in known_names)
    if step.flow not in {"", "I", "E"}:
        yield f"unknown flow {step.flow!r}"
    finals = {state.name for state in lifecycle.states.values() if state.final}
    yield from (f"{name} is final" for name in step.sources if name in finals)
