"""Checks and claims the lists of a summary request; the request is then taken in (120) or refused (100).

If a list cannot be summarised, a request that names lists is refused; a request for a period leaves the list out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from declarations import lifecycle
from declarations.calendar import day_of
from declarations.documents import SummaryRequest
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.summary import eligibility
from declarations.summary.deadline import deadline_of_month, month_of
from gateways.customs.outcome import make_request_receipt, refuse_request
from gateways.customs.repository import Request
from gateways.customs.requests import apply_step
from gateways.customs.summaries.repository import CandidateList, Summary, SummaryDesk, SummaryRepository
from gateways.customs.summaries.work import add_event, begin_phase, continue_work, end_work
from gateways.replies import acceptance_answer

LISTS_PER_CHUNK = 5_000
"""Maximum number of lists checked in one delivery."""
MAX_NAMED = 20
"""Maximum number of lists that a refusal names; the others are only counted."""
_CLAIMING = frozenset({"claim", "free"})
_TAKEN, _LEFT_OUT, _MORE, _OF_MONTH = "18020", "18021", "18022", "18023"
_REFUSAL_LABELS: Mapping[str, tuple[str, str]] = {
    eligibility.UNKNOWN: ("清单不存在", "no such list"),
    eligibility.NOT_CLOSED: ("未结关", "not closed"),
    eligibility.RETURNED: ("已退货", "returned"),
    eligibility.SUMMARISED: ("已汇总", "in a summary already"),
    eligibility.STATISTICS: ("汇总统计", "counted only"),
    eligibility.NOT_OF_MODE: ("监管方式不汇总", "of a mode that is not summarised"),
    eligibility.OTHER_MERCHANT: ("收发货人不一致", "of another merchant"),
}


class _Chunk(NamedTuple):
    """Lists to check, unknown list numbers, and the next chunk's (cursor, after); None if this chunk is the last."""

    lists: Sequence[CandidateList]
    unknown: Sequence[str]
    following: tuple[int, int] | None


def wait_for_lists(summary: Summary, desk: SummaryDesk) -> None:
    """Begin to claim, unless another request of the merchant is claiming; that one then starts this one when done.

    So the first of two concurrent requests gets all its lists; if they claimed in turns, each could block the other.
    """
    if not desk.repository.summaries_at(summary.ebc_code, _CLAIMING):
        begin_phase(summary, "claim", desk)


def claim_lists(summary: Summary, desk: SummaryDesk) -> None:
    """Check the next chunk of lists and claim those that may be summarised."""
    chunk = _lists_of_period(summary, desk.repository) if summary.until else _lists_named(summary, desk.repository)
    _refuse(summary, [Reason(eligibility.UNKNOWN, {"invt_no": number}) for number in chunk.unknown])
    claims, months = [], dict[date, str]()
    for cleared in chunk.lists:
        if cleared.claimed == summary.id:
            continue  # the request names it twice
        if reasons := eligibility.check(cleared.candidate, summary.ebc_code, desk.law):
            _refuse(summary, reasons[:1])
        elif (closed_on := cleared.candidate.closed_on) is not None:
            month = months.get(closed_on) or _month_of(closed_on, desk.law)
            months[closed_on] = month
            summary.months[month] = summary.months.get(month, 0) + 1
            claims.append((cleared.id, month))
    desk.repository.claim(summary.id, claims)
    summary.lists += len(claims)
    if chunk.following is not None:
        summary.cursor, summary.after = chunk.following
        continue_work(summary, desk)
    else:
        _conclude(summary, desk)


def free_lists(summary: Summary, desk: SummaryDesk) -> None:
    """Free the next chunk of lists of a request to be refused; after the last chunk, refuse it."""
    lists = desk.repository.claimed(summary.id, summary.cursor, LISTS_PER_CHUNK)
    desk.repository.free(lists)
    if len(lists) == LISTS_PER_CHUNK:
        summary.cursor = lists[-1]
        continue_work(summary, desk)
        return
    end_work(summary)
    _start_next_request(summary, desk)
    summary.lists, summary.months, summary.done_at = 0, {}, desk.now
    _apply_action(summary, "reject")
    for request in _requests_of(summary, desk.repository):
        refuse_request(request, summary.place, summary.reasons, desk)
        summary.last_return = max(summary.last_return, request.last_return)


def _lists_of_period(summary: Summary, repository: SummaryRepository) -> _Chunk:
    since = max(summary.since, summary.cursor)
    closed = repository.closed_lists(summary.ebc_code, since, summary.until, summary.after, LISTS_PER_CHUNK)
    last = len(closed) < LISTS_PER_CHUNK
    return _Chunk(closed, (), None if last else (closed[-1].closed_at, closed[-1].id))


def _lists_named(summary: Summary, repository: SummaryRepository) -> _Chunk:
    """The next list numbers that the request names; `cursor` is the index of its part, `after` of the number in it."""
    number = summary.papers[summary.cursor].document_id
    facts: SummaryRequest = repository.documents([number])[number].facts
    named = dict.fromkeys([line.invt_no for line in facts.lines[summary.after : summary.after + LISTS_PER_CHUNK]])
    known = repository.named_lists(named)
    cursor, after = summary.cursor, summary.after + LISTS_PER_CHUNK
    if after >= len(facts.lines):
        cursor, after = summary.cursor + 1, 0
    following = None if cursor == len(summary.papers) else (cursor, after)
    return _Chunk(
        [known[number] for number in named if number in known],
        [number for number in named if number not in known],
        following,
    )


def _month_of(closed_on: date, parameters: Parameters) -> str:
    return month_of(closed_on, parameters).isoformat()


def _refuse(summary: Summary, reasons: Iterable[Reason]) -> None:
    """Count lists that cannot be summarised; if the request names lists, keep the first `NAMED` reasons."""
    for reason in reasons:
        summary.left_out[reason.rule] = summary.left_out.get(reason.rule, 0) + 1
        if not summary.until and len(summary.reasons) < MAX_NAMED:
            summary.reasons += (reason,)


def _conclude(summary: Summary, desk: SummaryDesk) -> None:
    """After the last check: take the request in, or free the lists that it claimed."""
    more = sum(summary.left_out.values()) - len(summary.reasons)
    if not summary.lists and not summary.reasons:
        summary.reasons = (Reason(eligibility.NOTHING_LEFT, {"cop_no": summary.cop_no}), *_left_out_reason(summary))
    elif summary.reasons and more:
        summary.reasons += (Reason(_MORE, {"count": str(more)}),)
    if summary.reasons:
        begin_phase(summary, "free", desk)
    else:
        _accept(summary, desk)


def _accept(summary: Summary, desk: SummaryDesk) -> None:
    summary.sum_no = summary.sum_no or desk.repository.sum_no(summary.customs_code, desk.day.year)
    summary.accepted_at = desk.now
    begin_phase(summary, "merge", desk)
    _start_next_request(summary, desk)
    _apply_action(summary, "accept")
    for request in _requests_of(summary, desk.repository):
        request.fields = {**request.fields, "sumNo": summary.sum_no}
        apply_step(request, "accept")
        desk.send_receipt(make_request_receipt(request, summary.place, desk.now, *acceptance_answer(request.kind)))
        summary.last_return = max(summary.last_return, request.last_return)
        desk.repository.put_request(request)
    reasons = [Reason(_TAKEN, {"lists": str(summary.lists)}), *_left_out_reason(summary)]
    for month, count in sorted(summary.months.items()):
        due = deadline_of_month(date.fromisoformat(month), desk.law)
        reasons.append(
            Reason(_OF_MONTH, {"month": month[:7], "count": str(count), "last": due.day.isoformat()}, due.parameter_ids)
        )
        reasons += eligibility.check_lateness(day_of(summary.filed_at), due)
    add_event(summary, "summary_accepted", desk, reasons)


def _start_next_request(summary: Summary, desk: SummaryDesk) -> None:
    """Start the merchant's next waiting request, since this one has stopped claiming."""
    for other in desk.repository.summaries_at(summary.ebc_code, {"wait"})[:1]:
        begin_phase(other, "claim", desk)
        desk.repository.put_summary(other)


def _left_out_reason(summary: Summary) -> list[Reason]:
    return [
        Reason(
            _LEFT_OUT,
            {"count": str(count), "why": _REFUSAL_LABELS[code][0], "why_en": _REFUSAL_LABELS[code][1], "code": code},
        )
        for code, count in sorted(summary.left_out.items())
    ]


def _requests_of(summary: Summary, repository: SummaryRepository) -> list[Request]:
    """The rows of the summary's parts, in their order."""
    requests = repository.requests_by_id([sheet.request_id for sheet in summary.papers])
    return [requests[sheet.request_id] for sheet in summary.papers]


def _apply_action(summary: Summary, action: str) -> None:
    summary.state = lifecycle.transition_of(summary.state, action, "summary").to
