"""A repeated transmission is answered as the first time; what was acknowledged is never lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from single_window.histories import statuses
from single_window.histories.findings import ContradictingSet, HistoryRule, Missing
from single_window.histories.grouping import DocumentName, Grouped, TransmissionSeen
from single_window.histories.observations import TAKEN, Acknowledged, NumberedObservation, Sent, WholeHistory
from single_window.language.words import Words

CONFLICT = 409


def answered_otherwise(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Pairs of answers to a transmission that cannot both be right: two ids, other bytes taken, the same bytes refused
    as others; and one id given to two transmissions."""
    owners: dict[str, NumberedObservation] = {}
    for transmission in grouped.transmissions.values():
        shown = [one for one in transmission.answers if not one.hidden]
        if len(shown) > 1:
            yield from _disagreeing(shown)
        for one in shown:
            if _of(one).status == TAKEN and _of(one).id:
                owner = owners.setdefault(_of(one).id, one)
                if (_of(owner).sender, _of(owner).transmission) != (_of(one).sender, _of(one).transmission):
                    yield ContradictingSet([owner, one])


def _disagreeing(answers: Sequence[NumberedObservation]) -> Iterator[ContradictingSet]:
    first = next((one for one in answers if _of(one).status == TAKEN), None)
    if first is None:
        return
    for one in answers[answers.index(first) + 1 :]:
        same = not _of(one).digest or not _of(first).digest or _of(one).digest == _of(first).digest
        known = bool(_of(one).digest and _of(first).digest)
        other_id = bool(_of(one).id and _of(first).id) and _of(one).id != _of(first).id
        if (_of(one).status == TAKEN and (not same or other_id)) or (_of(one).status == CONFLICT and same and known):
            yield ContradictingSet([first, one])


def _of(one: NumberedObservation) -> Acknowledged:
    assert isinstance(one.seen, Acknowledged)
    return one.seen


def lost_documents(grouped: Grouped, bound: int) -> Iterator[ContradictingSet]:
    """Acknowledged messages with a document that has fewer first answers than acknowledged transmissions, although the
    sender's mailbox was seen whole until `bound` milliseconds after the acknowledgement."""
    for ack, whole, name in _unanswered(grouped):
        if whole is not None and _was_awaited(whole, ack, bound):
            document = grouped.documents[name]
            others = [one for sending in document.sendings for one in _answers(grouped, sending.by)]
            seen = [*document.evidence(), *others, whole]
            yield ContradictingSet(seen, seen)


def _was_awaited(whole: NumberedObservation, ack: NumberedObservation, bound: int) -> bool:
    """True if what was taken had its time to be answered."""
    drained = isinstance(whole.seen, WholeHistory) and whole.seen.drained
    return drained or whole.seen.at >= ack.seen.at + bound


def _answers(grouped: Grouped, sending: NumberedObservation) -> list[NumberedObservation]:
    sent = sending.seen
    assert isinstance(sent, Sent)
    return grouped.transmissions[sent.sender, sent.transmission].answers


def missing(grouped: Grouped, bound: int) -> Iterator[Missing]:
    """The reasons against a verdict: acknowledged documents that were not awaited, and sendings without any answer."""
    for ack, whole, (_, key) in _unanswered(grouped):
        if whole is None:
            yield Missing(ack, NOT_ALL_SEEN.filled(key=key))
        elif not _was_awaited(whole, ack, bound):
            yield Missing(ack, NOT_AWAITED.filled(key=key, seconds=bound // 1_000))
    for transmission in grouped.transmissions.values():
        if transmission.sendings and not transmission.answers and not _has_receipt(grouped, transmission):
            yield Missing(transmission.sendings[0], CUT_OFF)


def _has_receipt(grouped: Grouped, transmission: TransmissionSeen) -> bool:
    sent = transmission.sendings[0].seen
    assert isinstance(sent, Sent)
    return any(grouped.documents[document.kind, document.key].replies for document in sent.documents)


def _unanswered(grouped: Grouped) -> Iterator[tuple[NumberedObservation, NumberedObservation | None, DocumentName]]:
    """(acknowledgement, what says that all was received, document) of documents with too few answers."""
    wholly = {
        reply.seen.transmission
        for document in grouped.documents.values()
        if document.kind == "message"
        for replies in document.replies.values()
        for reply in replies
    }
    for (sender, name), transmission in grouped.transmissions.items():
        taken = next((one for one in transmission.answers if not one.hidden and _of(one).status == TAKEN), None)
        if taken is None or not transmission.sendings or name in wholly:
            continue
        sent = transmission.sendings[0].seen
        assert isinstance(sent, Sent)
        for document in sent.documents:
            if statuses.is_known(document.kind) and not _is_answered(grouped, sender, document.kind, document.key):
                yield taken, grouped.all_received(sender), (document.kind, document.key)
                break


def _is_answered(grouped: Grouped, sender: str, kind: str, key: str) -> bool:
    """True if the sender has as many first answers as transmissions of the document were acknowledged, as far as that
    is known."""
    document = grouped.documents[kind, key]
    replies = document.replies.get(sender, [])
    if len(document.sendings) == 1:
        return bool(replies)
    answers = sum(reply.first for reply in replies)
    sent = {
        (sending.by.seen.sender, sending.by.seen.transmission)
        for sending in document.sendings
        if isinstance(sending.by.seen, Sent) and sending.by.seen.sender == sender
    }
    taken = sum(_was_taken(grouped.transmissions[each].answers) for each in sent)
    return answers >= taken


def _was_taken(answers: Sequence[NumberedObservation]) -> bool:
    return any(not one.hidden and _of(one).status == TAKEN for one in answers)


CUT_OFF = Words(
    "未见接收答复，也未见回执：不知报文是否收到",
    "neither an answer nor a receipt was seen: whether the message was taken is not known",
)
NOT_ALL_SEEN = Words(
    "{key} 尚无回执，且未声明该信箱已读全",
    "{key} has no receipt, and nothing says that all of its sender's mailbox was seen",
)
NOT_AWAITED = Words(
    "{key} 尚无回执，历史在接收后不足{seconds}秒结束",
    "{key} has no receipt, and the history ends less than {seconds} s after it was taken",
)
LOST = Words(
    "已接收的单证必有回执",
    "a document that was acknowledged has its receipt",
)
RULES = (
    HistoryRule(
        "transmission-answered-otherwise",
        Words(
            "同一传输重复发送，答复相同；同一传输号的其他内容以409拒绝",
            "a repeated transmission has the same answer, and other bytes under the same number are refused (409)",
        ),
        answered_otherwise,
    ),
)
