"""Every receipt has a document that was sent before it, and every sending has at most one first answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from schemas import catalogue
from single_window.histories import statuses
from single_window.histories.answer_statuses import FIRST_ANSWERS, is_refusal
from single_window.histories.findings import ContradictingSet, HistoryRule
from single_window.histories.grouping import DocumentSeen, Grouped, ReceiptReply, Sending
from single_window.language.words import Words


def receipts_without_document(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents with more first answers up to an instant than sendings, or with any receipt before the first one."""
    for document, mailbox, replies in _answered(grouped):
        if (whole := grouped.all_sent(mailbox)) and _too_early(document.sendings, replies):
            seen = [*document.evidence(), whole]
            yield ContradictingSet(seen, seen)


def _answered(grouped: Grouped) -> Iterator[tuple[DocumentSeen, str, list[ReceiptReply]]]:
    """(document, mailbox, its receipts that are not hidden) of documents that participants send."""
    for document in grouped.documents.values():
        if statuses.is_known(document.kind):
            for mailbox, replies in document.replies.items():
                yield document, mailbox, [reply for reply in replies if not reply.by.hidden]


def _too_early(sendings: Sequence[Sending], replies: Sequence[ReceiptReply]) -> bool:
    """True if a receipt was seen before the sending that it answers."""
    times = sorted(sending.at for sending in sendings)
    answers = sorted(reply.at for reply in replies if reply.first)
    if len(answers) > len(times) or any(seen < sent for seen, sent in zip(answers, times, strict=False)):
        return True
    return any(reply.at < times[0] for reply in replies) if times else bool(replies)


def second_acceptances(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents that were taken as new more often than they had versions."""
    for document, mailbox, replies in _answered(grouped):
        if (whole := grouped.all_sent(mailbox)) is None:
            continue
        versions = {sending.document.version for sending in document.sendings}
        taken = _distinct(document, replies)
        if "" not in versions and versions and len(taken) > len(versions):
            seen = [*document.evidence(), whole]
            yield ContradictingSet(seen, seen)


def _distinct(document: DocumentSeen, replies: Sequence[ReceiptReply]) -> list[ReceiptReply]:
    """Receipts that say declared or staged. The same one given again, because the document was sent again, counts
    once."""
    taken = [reply for reply in replies if reply.seen.status in FIRST_ANSWERS]
    if len(document.sendings) == 1:
        return taken
    first = {(reply.seen.status, reply.seen.time, reply.seen.content or reply.by.number): reply for reply in taken}
    return list(first.values())


def wrong_answers_to_repetitions(grouped: Grouped) -> Iterator[ContradictingSet]:
    """Documents that were only ever sent with the same content, and whose repetition was refused by another code than
    that of a repetition."""
    for document, mailbox, replies in _answered(grouped):
        if len(document.sendings) < 2 or (whole := grouped.all_sent(mailbox)) is None:
            continue
        versions = Counter(sending.document.version for sending in document.sendings)
        duplicate = catalogue.handling(document.kind).duplicate.old
        if len(versions) == 1 and "" not in versions and _refused_otherwise(replies, duplicate):
            seen = [*document.evidence(), whole]
            yield ContradictingSet(seen, seen)


def _refused_otherwise(replies: Sequence[ReceiptReply], duplicate: str) -> bool:
    taken = False
    for reply in replies:
        if taken and is_refusal(reply.seen.status) and reply.seen.status != duplicate:
            return True
        taken = taken or reply.seen.status in FIRST_ANSWERS
    return False


RULES = (
    HistoryRule(
        "receipt-without-document",
        Words(
            "未申报的单证没有回执，回执不早于其单证，每次申报至多一次受理答复",
            "a document that was not sent has no receipt, none comes before its document, and each sending has at most "
            "one first answer",
        ),
        receipts_without_document,
    ),
    HistoryRule(
        "taken-twice",
        Words(
            "同一内容重复申报不得再次受理",
            "the same content sent again is not taken as new again",
        ),
        second_acceptances,
    ),
    HistoryRule(
        "repetition-answered-otherwise",
        Words(
            "同一内容重复申报以重复代码答复",
            "the same content sent again is answered by the code of a repetition",
        ),
        wrong_answers_to_repetitions,
    ),
)
