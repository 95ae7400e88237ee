"""The keys of officers' pages: the same key means the same act on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g

from declarations.calendar import day_of
from gateways.circumstances import Options
from single_window.accounts import rights
from single_window.accounts.rights_book import Second
from single_window.frame.asking import REFUSALS
from single_window.frame.decision_kinds import Act
from single_window.frame.desks import desks_of
from single_window.frame.pages.decision_forms import MAX_REASON_LENGTH, is_same_form, refused_field
from single_window.frame.pages.persons import current_person
from single_window.frame.pages.speech import receipt_words
from single_window.language import for_people, phrases, words
from single_window.language.acts import act_words
from single_window.language.prepared_reasons import fitting_first, reason_choices
from single_window.language.words import Words
from single_window.store.desks import CaseDesk, desks
from single_window.store.questions import Question

KEYS = {
    "conclude": "c",
    "approve": "c",
    "release": "c",
    "declare": "c",
    "take_back": "c",
    "take": "c",
    "publish": "c",
    "drop": "c",
    "repair": "c",
    "excuse": "c",
    "waive_test": "c",
    "close_check": "c",
    "close_recall": "c",
    "accept": "c",
    "clear": "c",
    "prove": "c",
    "reduce": "p",
    "remove": "p",
    "lessen": "p",
    "let_through": "p",
    "reject": "d",
    "refuse": "d",
    "discard": "d",
    "breach": "d",
    "decline": "d",
    "refuse_sampling": "d",
    "notify": "d",
    "uphold": "d",
    "refuse_repair": "d",
    "uncount": "d",
    "insist": "d",
    "refuse_preference": "d",
    "refuse_lists": "d",
    "quash_recall": "d",
    "inspect": "i",
    "press": "i",
    "ask": "a",
    "inquire": "a",
    "revalue": "t",
    "suspend": "w",
    "suspend_seller": "w",
    "resume": "r",
    "review": "r",
    "withdraw": "r",
    "detain": "h",
    "hold": "h",
    "send_back": "b",
    "first_line": "f",
    "second_line": "l",
    "warn": "l",
    "delist": "p",
    "rectify": "f",
    "free_stock": "f",
    "admit_lists": "f",
    "send_back_goods": "b",
    "reopen_recall": "b",
    "book_out_stock": "o",
    "destroy": "o",
    "order_recall": "m",
}
"""The key that chooses each act, in the order in which acts stand on pages: in favour, in part, against, others.
`OTHERS` chooses those without a key, in turn."""
OTHERS = "."
MOVES = (
    *("j", "Enter", "Esc", "x", "X", "n", "q", "s", "e", "u", "v", "/", "Ctrl K"),
    *("?", "[", "g", OTHERS, "1", "y", "z"),
)
"""Keys that do something else; the phrase `page_key` says what. A case is put off by `s`, not by `h`: that detains
goods, and a key has one meaning."""


def place_of(action: str) -> int:
    """The place of an act in the table of keys, by which acts stand on every page; those without a key stand last."""
    return list(KEYS).index(action) if action in KEYS else len(KEYS)


def in_key_order(acts: Sequence[Act], first: str = "") -> list[Act]:
    """The acts in the order of the table of keys, so that each stands at the same place on every page, but for the one
    that is to be offered `first`."""
    return sorted(acts, key=lambda act: -1 if act.action == first else place_of(act.action))


def announced(acts: Sequence[Act], asked: Sequence[Question]) -> tuple[str, str]:
    """Return the act that the newest question of a case announced for want of an answer, if none came, and its reason
    in Chinese; empty texts for any other case. Nothing is decided by it: an officer may take any act."""
    newest = asked[0] if asked else None
    against = next((act.action for act in acts if act.action in REFUSALS), "")
    if newest is None or not newest.announces_refusal or not against:
        return "", ""
    said = phrases.phrase("question_form", "unanswered").zh
    text = said.format(due=day_of(newest.due - 1).isoformat(), text=newest.text)
    return against, text[:MAX_REASON_LENGTH]


def second_eyes(subject: str, action: str, state: str) -> Sequence[Second]:
    """The conditions by which an act in a state waits for a second officer; those without an amount or a reason code
    always hold."""
    return [
        entry for entry in rights.book().seconds.get((subject, action), ()) if not entry.states or state in entry.states
    ]


def always_second(subject: str, action: str, state: str) -> bool:
    """True if an act in a state always waits for a second officer."""
    return any(
        not entry.above and not entry.above_value and not entry.because for entry in second_eyes(subject, action, state)
    )


def said_to_declarant(act: Act, batch_no: str = "") -> tuple[Words, Words]:
    """Return what the declarant reads in the receipt of an act: without a reason, and with one (its place marked by
    `…`)."""
    if act.tells is not None:
        told = _described(receipt_words(act.tells[0], values=act.tells[1]))
        return told, told
    if act.step is None:
        return Words("", ""), Words("", "")
    plain = receipt_words(act.step.words, batch_no)
    reasoned = receipt_words(act.step.reasoned, batch_no) if act.step.reasoned else plain
    return _described(plain), _described(reasoned)


def _described(text: Words) -> Words:
    return Words(*(for_people.description(text.text(tongue)) for tongue in words.LANGUAGES))


def page_words() -> dict[str, Any]:
    """The keys, and what decision bars say of acts, for all templates."""
    return {
        "keys": KEYS,
        "keys_help": keys_help,
        "in_key_order": in_key_order,
        "announced": announced,
        "second_eyes": second_eyes,
        "refused_field": refused_field,
        "is_same_form": is_same_form,
        "always_second": always_second,
        "said_to_declarant": said_to_declarant,
        "reasons_for": reason_choices,
        "fitting_first": fitting_first,
        "key_letters": lambda: " ".join(sorted({*KEYS.values(), "z"})),
        "own_desks": _own_desks,
        "waiting_at_own_desks": _waiting_at_own_desks,
    }


def keys_help() -> list[tuple[str, Words]]:
    """Each key with what it does, as the help of pages lists it."""
    by_key: dict[str, list[Words]] = {}
    for action, key in KEYS.items():
        by_key.setdefault(key, []).append(act_words(action))
    acts = [
        (key, Words("、".join(dict.fromkeys(w.zh for w in named)), ", ".join(dict.fromkeys(w.en for w in named))))
        for key, named in by_key.items()
    ]
    return [*((key, phrases.phrase("page_key", key)) for key in MOVES), *acts]


def _own_desks() -> Sequence[CaseDesk]:
    options = g.get("options", Options())
    own = desks_of(current_person()) if current_person().has_account else ()
    return [desk for desk in own if desk.is_in(options)]


def _waiting_at_own_desks() -> int:
    """Return the number of cases in the queue without a filter: of the reader's desks, else of all; without those that
    end by themselves."""
    own = _own_desks() or desks().values()
    return sum(g.get("waiting", {}).get(desk.name, 0) for desk in own if not desk.watched)
