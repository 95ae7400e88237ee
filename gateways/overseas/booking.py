"""Books notices of warehouses abroad, whatever way they came in: a notice is booked whole (120, or 300 with what it
contradicts), or refused whole (100) with every reason. One that cancels or replaces another lets the moves of that one
count no more; they stay, and so does every reconciliation that was accepted."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.overseas.moves import StockMove
from declarations.overseas.notices import CANCELS, REPLACES, StockNotice, moves_of
from declarations.overseas.times import UnfitTime, instant_told
from declarations.parameters import Value
from declarations.parameters.tables.overseas import OverseasCountries
from declarations.reasons import Reason
from gateways.overseas.changing import REFUSED, TAKEN_IN, NoticeAnswer, StockChange, apply_change
from gateways.overseas.checking import NO_REGISTER, faults_of_head, other_units
from gateways.overseas.known_stock import KnownStock
from gateways.overseas.looking import EACH_DAY, by_customs
from gateways.overseas.repository import BookedNotice, OverseasDesk
from gateways.topics.overseas import StockDayDue

BOOKED, BOOKED_BEFORE, REPLACED = "27100", "27100.again", "27100.replaced"
OTHER_CONTENT = "27106"
CANCELLED, CANCELLED_UNKNOWN, CANCELLED_BEFORE, OLDER = "27118", "27118.unknown", "27119", "27120"
LAST_INSTANT = 2**62


def book(notices: Sequence[tuple[StockNotice, int]], desk: OverseasDesk) -> list[NoticeAnswer]:
    """Book notices, each with the id of its document, and return the answers. The files of their companies are
    locked."""
    value = desk.value_today("overseas.countries")
    booked = _booked_before(notices, desk)
    goods = {(notice.ebc_code, line.item_no) for notice, _ in notices for line in notice.lines}
    goods |= set(desk.repository.goods_told({notice.id for notice in booked.values()}))
    countries = value.table_as(OverseasCountries)
    moves = {key: list(known) for key, known in desk.repository.moves(goods).items()}
    companies = {notice.ebc_code for notice, _ in notices}
    known = KnownStock(desk.repository.supplies(companies, by_customs(countries)), moves, countries, {}, booked)
    answers = []
    for notice, document_id in notices:
        if notice.function == CANCELS:
            answers.append(_cancel(notice, document_id, known, value, desk))
        else:
            answers.append(_book(notice, document_id, known, value, desk))
    for code in sorted(companies):
        desk.recur(StockDayDue(code), EACH_DAY)
    return answers


def _booked_before(notices: Sequence[tuple[StockNotice, int]], desk: OverseasDesk) -> dict[str, BookedNotice]:
    """Return what is booked under the keys of notices, by key; with all parts of those that are to be undone."""
    undoing = {(notice.ebc_code, notice.warehouse_code, notice.notice_no) for notice, _ in notices if notice.function}
    found = dict(desk.repository.notices({notice.key for notice, _ in notices}))
    return found | {part.key: part for part in desk.repository.parts_of(undoing)}


def _book(notice: StockNotice, document_id: int, known: KnownStock, value: Value, desk: OverseasDesk) -> NoticeAnswer:
    before = known.notices.get(notice.key)
    if before and (known_answer := _answer_known(notice, before, known)):
        return known_answer
    number = before.id if before else desk.repository.new_id()
    moves, reasons = moves_of(notice, number, desk.day, desk.now, desk.law)
    reasons = [*faults_of_head(notice, value), *reasons, *other_units(moves, known)]
    if reasons:
        return NoticeAnswer(REFUSED, reasons)
    undone = _replaced_parts(notice, known)
    answer = apply_change(StockChange(notice, document_id, moves, {part.id for part in undone}), known, desk)
    if answer.status == REFUSED:
        return answer
    for part in undone:
        _put_cancelled(part, document_id, known, desk)
    known.notices[notice.key] = _booked(notice, number, document_id, desk)
    if before and answer.reasons == ():
        answer = NoticeAnswer(TAKEN_IN, (Reason(REPLACED, {"part": notice.part, "lines": str(len(moves))}),))
    return answer if answer.reasons else NoticeAnswer(TAKEN_IN, (_told_booked(notice, moves),))


def _told_booked(notice: StockNotice, moves: Sequence[StockMove]) -> Reason:
    return Reason(BOOKED, {"part": notice.part, "lines": str(len(moves))})


def _answer_known(notice: StockNotice, before: BookedNotice, known: KnownStock) -> NoticeAnswer | None:
    """Return the answer to a notice whose key is known, unless it is to replace what is booked; a part that was left
    out by a replacement comes again by another one."""
    named = {"warehouse": notice.warehouse_code, "notice": notice.notice_no, "part": notice.part}
    if before.ebc_code == notice.ebc_code and before.cancelled_by:
        lives = notice.function == REPLACES and not all(part.cancelled_by for part in known.parts_of(notice))
        return None if lives else NoticeAnswer(REFUSED, (Reason(CANCELLED_BEFORE, named),))
    if before.digest == notice.digest:
        return NoticeAnswer(TAKEN_IN, (Reason(BOOKED_BEFORE, {"notice": notice.notice_no}),))
    if before.ebc_code != notice.ebc_code or notice.function != REPLACES:
        return NoticeAnswer(REFUSED, (Reason(OTHER_CONTENT, named),))
    if _as_of(notice) < before.as_of:
        return NoticeAnswer(REFUSED, (Reason(OLDER, {**named, "at": notice.as_of}),))
    return None


def _as_of(notice: StockNotice) -> int:
    """The instant for which a notice stands; that of the last one if it names none that there can be, which is refused
    by itself."""
    try:
        return instant_told(notice.as_of, notice.time_zone)
    except UnfitTime:
        return LAST_INSTANT


def _replaced_parts(notice: StockNotice, known: KnownStock) -> list[BookedNotice]:
    """Return what a notice replaces: the same part, and parts that the new one has no more."""
    if notice.function != REPLACES:
        return []
    return [part for part in known.parts_of(notice) if part.part == int(notice.part) or part.part > int(notice.parts)]


def _cancel(notice: StockNotice, document_id: int, known: KnownStock, value: Value, desk: OverseasDesk) -> NoticeAnswer:
    """Undo all parts of a notice; one that is not known is noted, so that it is not booked when it comes."""
    named = {"warehouse": notice.warehouse_code, "notice": notice.notice_no, "part": notice.part}
    if reasons := [reason for reason in faults_of_head(notice, value) if reason.rule != NO_REGISTER]:
        return NoticeAnswer(REFUSED, reasons)
    parts = known.parts_of(notice)
    if parts and all(part.cancelled_by for part in parts):
        return NoticeAnswer(TAKEN_IN, (Reason(BOOKED_BEFORE, {"notice": notice.notice_no}),))
    if not parts:
        unknown = _booked(notice._replace(lines=()), desk.repository.new_id(), document_id, desk)
        _put_cancelled(unknown, document_id, known, desk)
        return NoticeAnswer(TAKEN_IN, (Reason(CANCELLED_UNKNOWN, named),))
    lines = sum(part.lines for part in parts)
    answer = apply_change(StockChange(notice, document_id, (), {part.id for part in parts}), known, desk)
    if answer.status == REFUSED:
        return answer
    for part in parts:
        _put_cancelled(part, document_id, known, desk)
    told = Reason(CANCELLED, {"notice": notice.notice_no, "lines": str(lines)})
    return NoticeAnswer(answer.status, (told, *answer.reasons))


def _booked(notice: StockNotice, number: int, document_id: int, desk: OverseasDesk) -> BookedNotice:
    booked = BookedNotice(
        id=number,
        key=notice.key,
        ebc_code=notice.ebc_code,
        warehouse_code=notice.warehouse_code,
        country=notice.country,
        notice_no=notice.notice_no,
        part=int(notice.part),
        parts=int(notice.parts),
        digest=notice.digest,
        as_of=instant_told(notice.as_of, notice.time_zone),
        recorded_at=desk.now,
        lines=len(notice.lines),
        document_id=document_id,
    )
    desk.repository.put_notice(booked)
    return booked


def _put_cancelled(part: BookedNotice, document_id: int, known: KnownStock, desk: OverseasDesk) -> None:
    """Note that a part counts no more, of which no line is booked."""
    part.cancelled_by, part.lines = document_id, 0
    known.notices[part.key] = part
    desk.repository.put_notice(part)
