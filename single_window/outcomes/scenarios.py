"""Scenarios: ready-made outcomes from a data file, with texts in both languages and the triggers of each. A receipt is
also a short name of an outcome: 622.100 is a rejected list, 622.800 an additional receipt of a list."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gateways.replies import ANSWER_CODES
from single_window.outcomes.triggers import Action, Do, Trigger, TriggerMatch, bad_trigger, code_of, near, parse_trigger
from single_window.refused import Refused


@dataclass(frozen=True, slots=True)
class Scenario:
    """A ready-made outcome; `seen_zh` and `seen_en` describe what a participant sees."""

    name: str
    zh: str
    en: str
    seen_zh: str
    seen_en: str
    steps: tuple[tuple[TriggerMatch, Action], ...]
    times: int = 0
    """Default number of uses of its triggers; 0: unlimited."""
    ends: str = ""
    """What an order number ends in, behind a tilde, to ask for it (`magic_values`); empty: nothing asks for it."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """The triggers for the documents of one call."""
        return tuple(Trigger(0, self.name, match, action) for match, action in self.steps)


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Name → scenario, in the order of the file."""
    book = tomllib.loads(Path(__file__).parent.joinpath("scenarios.toml").read_text("utf-8"))
    return MappingProxyType({name: _scenario(name, entry) for name, entry in book.items()})


def _scenario(name: str, entry: Mapping[str, Any]) -> Scenario:
    triggers = tuple(parse_trigger(step["match"], step["do"]) for step in entry["trigger"])
    words = (entry["zh"], entry["en"], entry["seen_zh"], entry["seen_en"])
    return Scenario(name, *words, triggers, entry.get("times", 0), entry.get("ends", ""))


def scenario(name: str) -> Scenario:
    """A scenario by name; raises `Refused`."""
    try:
        return scenarios()[name]
    except KeyError:
        shown, known = name[:60], ", ".join(near(name, scenarios()))
        text = f"There is no scenario {shown!r}; there is: {known}. See: single-window scenarios"
        raise Refused("unknown-scenario", text, path="scenario", found=shown, near=known) from None


_OF_LISTS = {"100": Do.REJECT, "500": Do.INSPECT, "300": Do.REVIEW}


def outcome_of_receipt(receipt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(match, action) of a trigger that produces a receipt; raises `Refused` for an unknown one.

    A receipt that no decision produces is sent in addition to the port's answer (2). For documents other than lists,
    100 replaces 120.
    """
    code, _, status = receipt.partition(".")
    kind = next((kind for kind, answer in ANSWER_CODES.items() if answer == code), "")
    if not kind or not status.removeprefix("-").isdigit():
        raise bad_trigger("receipt", receipt, "it is a receipt with its status, such as 622.100")
    match = {"type": code_of(kind)}
    if status.startswith("-"):
        return match, {"do": Do.REFUSE, "code": status}
    if code in {"622", "604"} and status in _OF_LISTS:
        return match, {"do": _OF_LISTS[status]}
    place = {"place": "instead"} if status == "100" else {}
    return {**match, "receipt": f"{code}.{'120' if place else '2'}"}, {"do": Do.RECEIPT, "status": status, **place}
