"""Officers' decisions about recalls: ordered, its stock booked out or freed, a seller suspended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, allowed_transitions
from declarations.traceability.orders import KEYS, BadOrder, read_order
from gateways.traceability.acts import OPEN, TERMS
from gateways.traceability.repository import Recall
from single_window.cases.recalls.queries import find_by_source, find_recall
from single_window.context import Context
from single_window.frame.decision_kinds import Act, Creation, DecisionKind, Subject, act_of
from single_window.language.phrases import phrase
from single_window.language.phrases import state as state_words
from single_window.language.refusal import Refusal
from single_window.language.words import Words
from single_window.refused import demand_found
from single_window.store.decisions import StoredDecision
from single_window.store.gateways.traceability import book_lots

KIND = "recall"


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """The acts that are possible in a state of a recall; a seller is suspended only if the recall is overdue, and stock
    is dealt with only while it is held, and booked out while some is left."""
    recall: Recall = subject.record
    vain: dict[str, Words | None] = {}
    if not recall.overdue_kind:
        vain["suspend_seller"] = phrase("label", "recall_not_overdue")
    if not recall.holding:
        vain |= {"book_out_stock": None, "free_stock": None}
    elif not any(lot.left for lot in book_lots(connection, sandbox, recall.book_keys).values()):
        vain["book_out_stock"] = phrase("label", "recall_nothing_left")
    possible = [act_of(step) for step in allowed_transitions(subject.state, OFFICER, KIND)]
    return [act._replace(vain=act.action in vain, hindered=vain.get(act.action)) for act in possible]


def _find(connection: Connection, sandbox: str, number: str) -> Subject:
    return _subject(demand_found(find_recall(connection, sandbox, number), number, sandbox))


def _subject(recall: Recall) -> Subject:
    words = state_words(recall.state, KIND)
    return Subject(KIND, recall.id, recall.recall_no, recall.state, words, recall.version, recall)


def _values(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        read_order(str(wanted[TERMS]))
    except BadOrder as bad:
        raise Refusal("recall_terms", key=bad.key, text=bad.text[:40], known=", ".join(KEYS)) from None
    return {TERMS: str(wanted[TERMS]).strip()}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    found = find_by_source(connection, sandbox, f"D{decided.id}")
    return None if found is None else _subject(found)


ORDERING = Creation(
    action=OPEN,
    words=phrase("other_act", OPEN),
    takes={
        TERMS: "its terms, as: ebc=3702961003; kind=F; class=1; item=SKU0001; hazard=…; also gtin, book and record "
        "(of an account book), lots (with blanks between), from, until (days of production), ebp"
    },
    values=_values,
    made=_made,
)
RECALL_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("召回", "recall"),
    find=_find,
    by_id=_find,
    acts=_acts,
    creations=(ORDERING,),
)
