"""Reasons of a case's timeline in the sentences in which its page says why it waits: one wording for one reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from sqlalchemy import Connection, select

from declarations.reasons import Reason
from single_window.cases import waiting_sentences
from single_window.cases.steps_here import MOST_STEPS, order_no_of
from single_window.cases.why_facts import facts_of
from single_window.frame.typed import instant_text
from single_window.language import sentences
from single_window.language.words import Words
from single_window.store import case_queue
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.law_books import law_of
from single_window.store.records import decoder
from single_window.store.tables import timeline

ToldEvents: TypeAlias = Mapping[tuple[str, str, str], Sequence[Words]]
"""(instant, event, codes of its reasons) → the sentence of each reason; empty for a code without one."""
_reasons = decoder(tuple[Reason, ...], tuple)
_NOTHING = Words("", "")


def told_of(connection: Connection, sandbox: str, keys: Collection[Key]) -> ToldEvents:
    """Return the sentences of the events of cases, waiting or settled; empty for subjects that never waited."""
    cases = case_queue.of_keys(connection, sandbox, keys)
    return dict(chain.from_iterable(_told(connection, sandbox, case) for case in cases.values()))


def _told(
    connection: Connection, sandbox: str, case: QueuedCase
) -> Sequence[tuple[tuple[str, str, str], Sequence[Words]]]:
    columns = [timeline.c[name] for name in ("at", "event", "reasons")]
    own = (timeline.c.sandbox == sandbox, timeline.c.order_no == order_no_of(case), timeline.c.kind == case.kind)
    rows = connection.execute(
        select(*columns).where(*own, timeline.c.reasons != "").order_by(timeline.c.id.desc()).limit(MOST_STEPS)
    ).all()
    events = {
        (instant_text(row.at), row.event, " ".join(reason.rule for reason in found)): found
        for row in rows[::-1]
        if (found := _reasons(row.reasons))
    }
    named = waiting_sentences.named_reasons(connection, sandbox, events)
    return [
        (event, [_sentence(connection, sandbox, case, reason) for reason in found]) for event, found in named.items()
    ]


def _sentence(connection: Connection, sandbox: str, case: QueuedCase, reason: Reason) -> Words:
    if not sentences.is_known(reason.rule):
        return _NOTHING
    law = law_of(connection, sandbox)
    return sentences.sentence(reason, facts_of(connection, sandbox, case, reason, law))
