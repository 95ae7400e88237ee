"""A receipt as the short name of an outcome: 622.100 is a rejected list, 622.800 another receipt of a list."""

from __future__ import annotations

from typing import Any

from gateways.replies import ANSWERS
from single_window.outcomes.triggers import Do, bad_trigger, code_of

_OF_LISTS = {"100": Do.REJECT, "500": Do.INSPECT, "300": Do.REVIEW}


def outcome(receipt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The match and the action of a trigger that brings a receipt about; raises `Refused` for one that there is not.

    What no decision brings about comes beside the port's answer (2); of documents that are no lists, 100 comes in place
    of 120.
    """
    code, _, status = receipt.partition(".")
    kind = next((kind for kind, answer in ANSWERS.items() if answer == code), "")
    if not kind or not status.removeprefix("-").isdigit():
        raise bad_trigger("receipt", receipt, "it is a receipt with its status, such as 622.100")
    match = {"type": code_of(kind)}
    if status.startswith("-"):
        return match, {"do": Do.REFUSE, "code": status}
    if code in {"622", "604"} and status in _OF_LISTS:
        return match, {"do": _OF_LISTS[status]}
    place = {"place": "instead"} if status == "100" else {}
    return {**match, "receipt": f"{code}.{'120' if place else '2'}"}, {"do": Do.RECEIPT, "status": status, **place}
