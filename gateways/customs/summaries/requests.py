"""Takes in the parts of summary requests (701), and starts the work on a request once it is complete."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.documents import SummaryRequest
from declarations.documents.extraction import wire_name
from declarations.summary import whole
from gateways.customs import multipart
from gateways.customs.multipart import MultipartRules, Part, part_event
from gateways.customs.requests import apply_step
from gateways.customs.summaries.repository import Sheet, Summary, SummaryDesk
from gateways.customs.summaries.work import begin_phase
from gateways.topics.shared import DocumentFiled

_COMPANY_FIELDS = (
    "customs_code",
    "agent_code",
    "agent_name",
    "ebc_code",
    "ebc_name",
    "decl_agent_code",
    "decl_agent_name",
)
_WISHES = ("summary_flag", "item_name_flag")


def handle_requests(documents: Sequence[DocumentFiled], desk: SummaryDesk) -> None:
    """Handle filed parts of requests."""
    multipart.handle_parts(documents, {"summary_request": MultipartRules(whole.compare_parts, start_summary)}, desk)


def start_summary(of_request: Sequence[Part], desk: SummaryDesk) -> None:
    """Start the work on a complete request; one that was refused before starts over under its old id."""
    ordered = sorted(of_request, key=lambda part: part.number)
    if not ordered:
        return
    for part in ordered:
        apply_step(part.request, "check")
        desk.repository.put_request(part.request)
    summary = _new_summary(ordered, desk)
    desk.add_event(part_event(ordered[0], desk.now, "summary_begun"))
    begin_phase(summary, "wait", desk)
    desk.repository.put_summary(summary)


def _new_summary(ordered: Sequence[Part], desk: SummaryDesk) -> Summary:
    document = ordered[0].filed
    facts: SummaryRequest = document.facts
    key = document.key.rpartition("|")[0]
    old, named = desk.repository.summaries_by_key([key]).get(key), whole.period_of(facts)
    return Summary(
        id=old.id if old else desk.repository.new_id(),
        version=old.version if old else 0,
        key=key,
        place=document.order_no,
        customs_code=facts.customs_code,
        agent_code=facts.agent_code,
        ebc_code=facts.ebc_code,
        cop_no=facts.cop_no,
        state="checking",
        mailboxes=document.mailboxes,
        papers=[Sheet(part.filed.id, part.request.id) for part in ordered],
        head={wire_name(name): getattr(facts, name) for name in _COMPANY_FIELDS},
        wishes={
            **{name: getattr(facts, name) for name in _WISHES},
            **({"split_currency": "1"} if desk.options.split_currency else {}),
        },
        since=named.since if named else 0,
        until=named.until if named else 0,
        filed_at=desk.now,
        last_return=max(part.filed.last_return for part in ordered),
    )
