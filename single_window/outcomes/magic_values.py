"""Magic values: an order number that ends in a tilde and a sign asks for a ready-made outcome, so that channels without
headers can force outcomes, too. The signs stand with the scenarios."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from msgspec.structs import replace

from single_window.outcomes.scenarios import Scenario, scenarios
from single_window.outcomes.triggers import LISTS, TO_LISTS, Action, Do, Trigger, TriggerMatch, check
from single_window.refused import Refused

TILDE, DIGITS = "~", "#"
MAX_DIGITS = 7
_SIGN = re.compile(rf"{TILDE}([A-Z]+)([0-9]{{0,{MAX_DIGITS}}})\Z")


@lru_cache(maxsize=4_096)
def asked_by_number(order_no: str) -> tuple[Trigger, ...]:
    """Return the triggers that the end of an order number asks for.

    None if it ends in no sign, or in one with digits that its scenario does not take: no published code, no delay."""
    found = _SIGN.search(order_no)
    scenario = _signs().get(found[1]) if found else None
    if found is None or scenario is None or (found[2] and DIGITS not in scenario.ends):
        return ()
    try:
        return tuple(_triggers(scenario, found[0], found[2]))
    except Refused:
        return ()


def sign_of(scenario: Scenario) -> str:
    """Return what an order number ends in to ask for a scenario; empty: it cannot be asked for so."""
    return f"{TILDE}{scenario.ends}" if scenario.ends else ""


@cache
def _signs() -> dict[str, Scenario]:
    """Letters behind the tilde → scenario."""
    return {scenario.ends.removesuffix(DIGITS): scenario for scenario in scenarios().values() if scenario.ends}


def _triggers(scenario: Scenario, sign: str, digits: str) -> Iterator[Trigger]:
    for match, action in scenario.steps:
        wanted = _with(action, digits) if digits else action
        for about in _about_lists(match, action):
            check(about, wanted)
            yield Trigger(0, sign, about, wanted)


def _about_lists(match: TriggerMatch, action: Action) -> Sequence[TriggerMatch]:
    """Return the documents asked about: outcomes of lists are asked for of import and export lists, and a message is
    spoiled only if it has one: order, payment and waybill have the same order number."""
    if action.do is Do.CEB900:
        return [TriggerMatch(type=code) for code in LISTS]
    return [TriggerMatch() if action.do in TO_LISTS else match]


def _with(action: Action, digits: str) -> Action:
    """The action with the code to refuse or reject with, or the seconds of its delay."""
    if action.do is Do.DELAY:
        return replace(action, seconds=float(digits))
    return replace(action, code=f"-{digits}" if action.do is Do.REFUSE else digits)
