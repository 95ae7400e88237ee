"""The return statuses that may follow: the lifecycles, read as automata whose states are known from receipts alone.

Between two receipts a document may take any steps that have none, so that what is known is a set of possible states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from declarations.lifecycle import LIFECYCLE_OF, Lifecycle, Transition, all_lifecycles
from schemas import catalogue
from single_window.histories.answer_statuses import FIRST_ANSWERS, STAGED

BEGINNING = ""
"""The pseudo-state of a document that was not answered so far."""
CUSTOMS_TOOK_IN, REJECTED = "120", "100"
ACCEPTED_IN_SILENCE = frozenset({"export_cancellation"})
"""Kinds whose receipt (606) knows no 120: they are accepted without one."""
CUSTOMS = "customs"
States = frozenset[str]


class Automaton(NamedTuple):
    """A lifecycle as automaton: steps with a receipt by state and status, and which states are reached without one
    (`silent`) or at all (`reached`)."""

    steps: Mapping[tuple[str, str], States]
    silent: Mapping[str, States]
    reached: Mapping[str, States]
    ended: States
    final: States


def is_known(kind: str) -> bool:
    """True for documents that participants send and that have a lifecycle."""
    return kind in LIFECYCLE_OF and kind in catalogue.handled()


def has_path(kind: str) -> bool:
    """True for documents whose receipts say every step of their lifecycle: those of customs. Other agencies answer
    cases with stories of their own, and say only some of their steps."""
    return is_known(kind) and catalogue.handling(kind).gateway == CUSTOMS


@cache
def automaton(kind: str) -> Automaton:
    """The automaton of a kind of document."""
    lifecycle = all_lifecycles()[LIFECYCLE_OF[kind]]
    transitions = tuple(_transitions(kind, lifecycle))
    ended = frozenset(name for name, state in lifecycle.states.items() if state.ended)
    final = frozenset(name for name, state in lifecycle.states.items() if state.final) | ended
    steps: dict[tuple[str, str], States] = {}
    quiet: dict[str, set[str]] = {name: set() for name in (BEGINNING, *lifecycle.states)}
    for step in transitions:
        for source in step.sources:
            if step.return_status:
                key = (source, step.return_status)
                steps[key] = steps.get(key, frozenset()) | {step.to}
            else:
                quiet[source].add(step.to)
    for source in (BEGINNING, *ended):
        for status in FIRST_ANSWERS:
            key = (source, status)
            steps[key] = steps.get(key, frozenset()) | _begun(lifecycle, status)
    every = {name: set(following) for name, following in quiet.items()}
    for (source, _), targets in steps.items():
        every[source] |= targets
    return Automaton(steps, _closed(quiet), _closed(every), ended, final)


def _transitions(kind: str, lifecycle: Lifecycle) -> Iterable[Transition]:
    """The transitions with the statuses that documents of a kind are answered with."""
    taken_in = catalogue.handling(kind).taken_in
    flow = "E" if catalogue.by_kind(kind).flow == "export" else "I"
    for step in lifecycle.transitions:
        if (of_flow := step.in_flow(flow)) is not None:
            accepted = of_flow.action == "accept" and of_flow.return_status == CUSTOMS_TOOK_IN
            status = "" if kind in ACCEPTED_IN_SILENCE else taken_in
            yield of_flow._replace(return_status=status) if accepted else of_flow


def _begun(lifecycle: Lifecycle, status: str) -> States:
    staged = frozenset({"staged"}) & frozenset(lifecycle.start)
    return staged if status == STAGED else frozenset(lifecycle.start) - staged


def _closed(following: Mapping[str, Iterable[str]]) -> dict[str, States]:
    """Each state with all that are reached from it, itself among them."""
    closed = {}
    for name in following:
        reached, new = {name}, [name]
        while new:
            new = [target for state in new for target in following[state] if target not in reached]
            reached.update(new)
        closed[name] = frozenset(reached)
    return closed


@cache
def begun(kind: str) -> States:
    """The known states before the first receipt, if all receipts are seen."""
    del kind
    return frozenset({BEGINNING})


@cache
def anything(kind: str) -> States:
    """The known states where receipts may have been missed before the first one."""
    return frozenset(automaton(kind).silent)


@cache
def after_quiet(kind: str, states: States, missed: bool) -> States:
    """The possible states after steps without a receipt, or after any steps if receipts may have been `missed`."""
    machine = automaton(kind)
    reached = machine.reached if missed else machine.silent
    return frozenset().union(*(reached[state] for state in states))


@cache
def after(kind: str, states: States, status: str, missed: bool) -> States:
    """The possible states after a receipt; empty if none of the states allows it."""
    machine = automaton(kind)
    before = after_quiet(kind, states, missed)
    return frozenset().union(*(machine.steps.get((state, status), ()) for state in before))


@cache
def after_refusal(kind: str, states: States, missed: bool) -> States:
    """The possible states after an agency has refused by a code of the port: the document may have been rejected."""
    return after_quiet(kind, states, missed) | after(kind, states, REJECTED, missed)


def is_over(kind: str, states: States) -> bool:
    """True if all possible states are final or ended."""
    return bool(states) and states <= automaton(kind).final


@cache
def ending(kind: str) -> States:
    """The return statuses after which a document of a kind has ended, and what it took is given back."""
    machine = automaton(kind)
    return _only_to(machine, machine.ended)


@cache
def approving(kind: str) -> States:
    """The return statuses that approve a request."""
    return _only_to(automaton(kind), frozenset({"approved"}))


def _only_to(machine: Automaton, wanted: States) -> States:
    by_status: dict[str, set[str]] = {}
    for (_, status), targets in machine.steps.items():
        by_status.setdefault(status, set()).update(targets)
    return frozenset(status for status, targets in by_status.items() if targets <= wanted)
