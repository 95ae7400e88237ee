"""Receipts of a document follow its lifecycle; a final state is not left; a state that was read is one of the path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from typing import TypeAlias

from single_window.histories import statuses
from single_window.histories.answer_statuses import is_refusal
from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import DocumentSeen, Grouped, ReceiptReply
from single_window.histories.observations import NumberedObservation, StateRead
from single_window.language.words import Words

_Event: TypeAlias = tuple[int, ReceiptReply | None, StateRead | None]
"""(instant, receipt, read), one of both."""


def illegal_paths(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents with a receipt that may not follow the one before, although the document was not over."""
    return _broken_paths(grouped, over=False)


def final_states_left(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents with a receipt after one that ended them."""
    return _broken_paths(grouped, over=True)


def _broken_paths(grouped: Grouped, over: bool) -> Iterator[ContradictingSet]:
    for document in grouped.documents.values():
        if not statuses.has_path(document.kind):
            continue
        for mailbox, replies in document.replies.items():
            whole = grouped.all_received(mailbox)
            if _breaks(document, replies, whole is None) is over:
                seen = [*document.evidence(), *([whole] if whole else ())]
                yield ContradictingSet(seen, seen)


def _breaks(document: DocumentSeen, replies: Sequence[ReceiptReply], missed: bool) -> bool | None:
    """True if a receipt came after the end, False if it may not follow the one before, None if all may follow."""
    kind, repeats = document.kind, set[tuple[str, str, str]]()
    states = statuses.anything(kind) if missed else statuses.begun(kind)
    sent_again = len(document.sendings) > 1
    for reply in replies:
        if reply.by.hidden:
            states = statuses.after_quiet(kind, states, True)
            continue
        content = (reply.seen.status, reply.seen.time, reply.seen.content)
        if sent_again and reply.seen.content and content in repeats:
            continue
        repeats.add(content)
        following = _after(kind, states, reply, missed)
        if not following:
            return statuses.is_over(kind, states)
        states = following
    return None


def _after(kind: str, states: statuses.States, reply: ReceiptReply, missed: bool) -> statuses.States:
    """The possible states after a receipt; empty if none of the states allows it."""
    if not is_refusal(reply.seen.status):
        return statuses.after(kind, states, reply.seen.status, missed)
    return states if reply.first else statuses.after_refusal(kind, states, missed)


def unexplained_states(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents with a state that no order of the receipts seen before it explains."""
    for document in grouped.documents.values():
        if not document.states or not statuses.has_path(document.kind):
            continue
        for mailbox, replies in document.replies.items():
            whole = grouped.all_received(mailbox)
            if _contradicts_state(document, replies, whole is None):
                seen = [*document.evidence(), *([whole] if whole else ())]
                yield ContradictingSet(seen, seen)


def _contradicts_state(document: DocumentSeen, replies: Sequence[ReceiptReply], missed: bool) -> bool:
    kind = document.kind
    states = statuses.anything(kind) if missed else statuses.begun(kind)
    for _, reply, read in _in_order(replies, document.states):
        if reply is not None and reply.by.hidden:
            states = statuses.after_quiet(kind, states, True)
        elif reply is not None:
            states = _after(kind, states, reply, missed) or statuses.anything(kind)
        elif read is not None and read.state not in statuses.after_quiet(kind, states, missed or not read.settled):
            return True
    return False


def _in_order(replies: Sequence[ReceiptReply], reads: Sequence[NumberedObservation]) -> Iterator[_Event]:
    """Receipts and reads by instant; receipts first among what was seen at the same one."""
    shown = [one.seen for one in reads if not one.hidden and isinstance(one.seen, StateRead)]
    of_replies: list[_Event] = [(reply.seen.at, reply, None) for reply in replies]
    return merge(of_replies, [(read.at, None, read) for read in shown], key=lambda event: (event[0], event[1] is None))


RULES = (
    HistoryRule(
        "final-state-left",
        Words(
            "单证办结（终态）后不再有新的状态回执，除非其后另有合法的行为（撤销、退货、变更、重新申报）",
            "after a document is over no further status comes, unless a later act allows it (cancellation, return, "
            "amendment, a new declaration)",
        ),
        final_states_left,
    ),
    HistoryRule(
        "illegal-path",
        Words(
            "同一单证的回执状态须按生命周期依次出现",
            "the receipts of a document follow one another as its lifecycle allows",
        ),
        illegal_paths,
    ),
    HistoryRule(
        "state-unexplained",
        Words(
            "读到的单证状态须能由此前的回执得出",
            "a state that was read is one to which the receipts before it lead",
        ),
        unexplained_states,
    ),
)
