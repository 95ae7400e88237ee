"""What pages show of a decision: it is awaited for a while, and a refusal is shown with its reasons."""

from __future__ import annotations

from single_window.frame.http.ports import ports
from single_window.language import for_people, words
from single_window.language.words import Words
from single_window.work import decisions

KEYS = {
    "conclude": "c",
    "release": "e",
    "reject": "j",
    "review": "v",
    "inspect": "i",
    "send_back": "b",
    "suspend": "u",
    "detain": "d",
    "close": "l",
    "approve": "p",
    "take_back": "t",
}
"""Keys of the decisions."""


def awaited(sandbox: str, decision_id: int) -> decisions.Decided:
    """A decision once it is answered, or as it stands after a few seconds."""
    return decisions.wait(ports().window, sandbox, decision_id, ports().changes)


def not_carried_out(decided: decisions.Decided) -> Words:
    """That a decision was refused, and why."""
    label, reasons = words.phrase("label", "not_carried_out"), [words.of_reason(reason) for reason in decided.answer]
    return Words(
        "；".join([label.zh, *(for_people.reason(reason.zh, words.ZH) for reason in reasons)]),
        "; ".join([label.en, *(for_people.reason(reason.en, words.EN) for reason in reasons)]),
    )
