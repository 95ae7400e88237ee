"""Requests about a list: loading and creating cancellations (623, 605) and returns (625, 213), and their steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF
from declarations.reasons import Reason
from declarations.requests import RequestedList
from gateways.customs.outcome import make_request_receipt
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, Request
from gateways.records import CaseReference, FiledDocument, TimelineEvent
from gateways.replies import identifying_fields
from gateways.topics.customs import RequestDue
from gateways.topics.shared import DocumentFiled


class IncomingRequest(NamedTuple):
    """A filed request: its document, the declaration that it names, that declaration's list (if its flow fits the
    request), and the existing row of an earlier version."""

    document: FiledDocument
    declaration: Declaration | None
    requested_list: RequestedList[Any] | None
    old_request: Request | None

    @property
    def is_new(self) -> bool:
        """True if this version has not been handled yet."""
        return self.old_request is None or self.old_request.document_version < self.document.version


def incoming_requests(
    documents: Sequence[DocumentFiled], repository: CustomsRepository, kind: str, flow: str
) -> Iterator[IncomingRequest]:
    """Yield the filed requests of a kind with their related rows; `flow` is that of the lists they may name."""
    documents_by_id = repository.documents([document.document_id for document in documents])
    lists = repository.declarations_by_invt_no(
        sorted({document.facts.invt_no for document in documents_by_id.values()})
    )
    inventories = repository.documents([declaration.document_id for declaration in lists.values()])
    requests_by_key = repository.requests(kind, [document.key for document in documents_by_id.values()])
    for document in documents_by_id.values():
        declaration = lists.get(document.facts.invt_no)
        requested_list = None
        if declaration is not None and declaration.flow == flow:
            requested_list = RequestedList(declaration.state, inventories[declaration.document_id].facts)
        yield IncomingRequest(document, declaration, requested_list, requests_by_key.get(document.key))


def apply_step(request: Request, action: str) -> None:
    """Apply an action of the lifecycle to a request; raises `lifecycle.NotAllowed` if its state forbids it."""
    request.state = lifecycle.transition_of(request.state, action, LIFECYCLE_OF[request.kind]).to


def new_request(
    document: FiledDocument,
    declaration: Declaration | None,
    old_request: Request | None,
    repository: CustomsRepository,
    now: int,
) -> Request:
    """Return the row of a new request; one that was refused before starts over under its old id."""
    fields = identifying_fields(document.kind, document.facts, document.port_no)
    return Request(
        id=old_request.id if old_request else repository.new_id(),
        kind=document.kind,
        key=document.key,
        declaration_id=declaration.id if declaration else 0,
        state="declared",
        document_id=document.id,
        document_version=document.version,
        mailboxes=document.mailboxes,
        fields=fields,
        version=old_request.version if old_request else 0,
        filed_at=now,
        last_return=max(document.last_return, old_request.last_return if old_request else 0),
    )


def returns_to_admit(
    documents: Sequence[DocumentFiled], desk: CustomsDesk, kind: str, flow: str
) -> Iterator[IncomingRequest]:
    """Yield the return requests to decide; end those that their declarant deleted."""
    for incoming in incoming_requests(documents, desk.repository, kind, flow):
        if (
            incoming.document.state == "deleted"
            and incoming.old_request is not None
            and incoming.old_request.state in {"declared", "rejected"}
        ):
            apply_step(incoming.old_request, "delete")
            desk.repository.put_request(incoming.old_request)
        elif incoming.document.state == "declared" and incoming.is_new:
            yield incoming


def admit_return(incoming: IncomingRequest, request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """Admit a return (120); it is approved at its deadline unless an officer reviews it first."""
    facts = incoming.document.facts
    for line in facts.lines:
        request.lines[line.gnum] = request.lines.get(line.gnum, 0) + line.qty
    apply_step(request, "accept")
    desk.send_receipt(make_request_receipt(request, declaration.order_no, desk.now, "120", Reason("1800", {})))
    reasons = [Reason("16002", {"reason": facts.reason}), *request.reasons]
    desk.add_event(make_request_event(request, declaration, desk.now, "return_accepted", reasons))
    desk.schedule(desk.instant_after("windows.officer_hours"), RequestDue(request.id, request.state))
    desk.repository.put_request(request)


def returned_quantities(requests: Iterable[Request], kind: str, states: Collection[str]) -> dict[int, int]:
    """Return the total quantities of the requests of a kind in these states, by line number."""
    total: dict[int, int] = {}
    for request in requests:
        if request.kind == kind and request.state in states:
            for gnum, quantity in request.lines.items():
                total[gnum] = total.get(gnum, 0) + quantity
    return total


def other_requests_of(request: Request, declaration: Declaration, repository: CustomsRepository) -> list[Request]:
    """Return the other requests about the same declaration."""
    requests = repository.requests_of([declaration.id]).get(declaration.id, ())
    return [other for other in requests if other.id != request.id]


def make_request_event(
    request: Request,
    declaration: Declaration,
    now: int,
    name: str,
    reasons: Sequence[Reason] = (),
    actor: str = "customs",
) -> TimelineEvent:
    """Return a timeline event about a request."""
    return CaseReference(request.kind, request.key, declaration.order_no).event(
        name, request.state, now, reasons, actor=actor, return_time=request.last_return
    )
