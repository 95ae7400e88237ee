"""Decisions on pages: each is awaited for a while, and a refusal is shown with its reasons."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import Connection

from single_window.frame.deciding import possible
from single_window.frame.decision_kinds import REASON, VALUES, DecisionKind, Requested, Subject
from single_window.frame.http.ports import ports
from single_window.language import for_people, phrases, words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.store.case_queue import QueuedCase
from single_window.work import decisions

KEYS = {
    "conclude": "c",
    "release": "e",
    "reject": "j",
    "refuse": "x",
    "review": "v",
    "inspect": "i",
    "send_back": "b",
    "suspend": "u",
    "resume": "r",
    "detain": "d",
    "declare": "d",
    "close": "l",
    "approve": "a",
    "decline": "z",
    "take_back": "t",
    "reduce": "r",
    "remove": "r",
    "ask": "k",
    "recover": "v",
    "grade": "g",
    "correct": "t",
}
"""Keys of the decisions: an act has the same at every desk."""


LONGEST = 100_000
"""Characters of a value: ten thousand numbers of lists."""


class CasePage(NamedTuple):
    """The page at which cases of the queue about a kind of subject are decided."""

    subject: str
    address: Callable[[QueuedCase], str]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A page on which is decided about a kind of subject.

    `name`: as forms name it; `path`: where its form is sent, with the subject as `<number>`; `show` renders the page of
    a subject again, with words that say why it was not done; `address` is where the officer goes when he takes no other
    case. `requested` makes a decision of a form."""

    name: str
    kind: DecisionKind
    path: str
    show: Callable[[Subject, Words], str]
    address: Callable[[Subject], str]
    requested: Callable[[Connection, str, DecisionPage, Subject], Requested] = field(
        default=lambda connection, sandbox, page, subject: of_form(connection, sandbox, page, subject)
    )
    named: bool = False
    """Its path names the subject by the number that people know, not by its id."""


def of_form(connection: Connection, sandbox: str, page: DecisionPage, subject: Subject) -> Requested:
    """The decision that a form requests: its act with the reason (chosen and typed), and the values that the act takes;
    raises `Refusal`."""
    form, action = request.form, request.form.get("act", "")
    act = possible(page.kind, subject, page.kind.acts(connection, sandbox, subject), action)
    if REASON in act.needs and of_another(action, form):
        raise Refusal("reason_of_another")
    values: dict[str, Any] = {
        name: given for name in act.needs if name in VALUES and (given := form.get(name, "").strip()[:LONGEST])
    }
    if "lists" in values:
        values |= {"lists": values["lists"].split()}
    return Requested(action, given_reason(subject.kind, action, form), form.get("version", 0, int), values)


def awaited(sandbox: str, decision_id: int) -> decisions.StoredDecision:
    """A decision once it is answered, or as it stands after a few seconds."""
    return decisions.wait(ports().window, sandbox, decision_id, ports().changes)


def not_carried_out(decided: decisions.StoredDecision) -> Words:
    """That a decision was refused, and why."""
    label, reasons = (
        phrases.phrase("label", "not_carried_out"),
        [phrases.of_reason(reason) for reason in decided.answer],
    )
    return Words(
        "；".join([label.zh, *(for_people.reason(reason.zh, words.ZH) for reason in reasons)]),
        "; ".join([label.en, *(for_people.reason(reason.en, words.EN) for reason in reasons)]),
    )


LONGEST_REASON = 1_000
"""Characters of a reason that are kept."""
ReasonTable = Mapping[str, Mapping[str, Sequence[Words]]]


@cache
def _book() -> ReasonTable:
    read = tomllib.loads(files("single_window.console").joinpath("review.toml").read_text("utf-8"))
    return {
        subject: {action: [Words(**texts) for texts in chosen] for action, chosen in actions.items()}
        for subject, actions in read.items()
    }


def reason_choices(subject: str) -> Sequence[tuple[str, Words]]:
    """The reasons to choose from for a kind of subject: as a form sends them (action and number), and in words."""
    return [
        (f"{action}.{number}", reason)
        for action, chosen in _book().get(subject, {}).items()
        for number, reason in enumerate(chosen, 1)
    ]


def given_reason(subject: str, action: str, form: Mapping[str, str]) -> str:
    """The reason that a form gives for an action: what was chosen in both languages, then what was typed.

    What was chosen for another action does not count.
    """
    chosen = dict(reason_choices(subject)).get(form.get("chosen", ""))
    if of_another(action, form):
        chosen = None
    parts = [f"{chosen.zh} {chosen.en}" if chosen else "", form.get("reason", "").strip()]
    return "; ".join(filter(None, parts))[:LONGEST_REASON]


def of_another(action: str, form: Mapping[str, str]) -> bool:
    """True if the reason that a form chooses is one of another action."""
    chosen = form.get("chosen", "")
    return bool(chosen) and not chosen.startswith(f"{action}.")
