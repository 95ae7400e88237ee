"""Requests about a list: loading and creating cancellations (623, 605) and returns (625, 213), and their steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from declarations import lifecycle
from declarations.lifecycle import LIFECYCLE_OF
from declarations.reasons import Reason
from declarations.requests import RequestedList
from gateways.customs.outcome import request_receipt
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration, Request
from gateways.records import FiledDocument, TimelineEvent
from gateways.replies import identify
from gateways.topics.customs import RequestDue
from gateways.topics.shared import DocumentFiled


class IncomingRequest(NamedTuple):
    """A filed request: its document, the declaration that it names, that declaration's list (if its flow fits the
    request), and the existing row of an earlier version."""

    filed: FiledDocument
    declaration: Declaration | None
    listed: RequestedList[Any] | None
    old: Request | None

    @property
    def new(self) -> bool:
        """True if this version has not been handled yet."""
        return self.old is None or self.old.document_version < self.filed.version


def incoming_requests(
    documents: Sequence[DocumentFiled], repository: CustomsRepository, kind: str, flow: str
) -> Iterator[IncomingRequest]:
    """Yield the filed requests of a kind with their related rows; `flow` is that of the lists they may name."""
    filed = repository.documents([document.document_id for document in documents])
    lists = repository.declarations_by_invt_no(sorted({document.facts.invt_no for document in filed.values()}))
    inventories = repository.documents([declaration.document_id for declaration in lists.values()])
    known = repository.requests(kind, [document.key for document in filed.values()])
    for document in filed.values():
        declaration = lists.get(document.facts.invt_no)
        listed = None
        if declaration is not None and declaration.flow == flow:
            listed = RequestedList(declaration.state, inventories[declaration.document_id].facts)
        yield IncomingRequest(document, declaration, listed, known.get(document.key))


def step(request: Request, action: str) -> None:
    """Apply an action of the lifecycle to a request; raises `lifecycle.NotAllowed` if its state forbids it."""
    request.state = lifecycle.move(request.state, action, LIFECYCLE_OF[request.kind]).to


def new_request(
    filed: FiledDocument, declaration: Declaration | None, old: Request | None, repository: CustomsRepository, now: int
) -> Request:
    """Return the row of a new request; one that was refused before starts over under its old id."""
    fields = identify(filed.kind, filed.facts, filed.port_no)
    return Request(
        id=old.id if old else repository.new_id(),
        kind=filed.kind,
        key=filed.key,
        declaration_id=declaration.id if declaration else 0,
        state="declared",
        document_id=filed.id,
        document_version=filed.version,
        mailboxes=filed.mailboxes,
        fields=fields,
        version=old.version if old else 0,
        filed_at=now,
        last_return=max(filed.last_return, old.last_return if old else 0),
    )


def returns_to_admit(
    documents: Sequence[DocumentFiled], desk: CustomsDesk, kind: str, flow: str
) -> Iterator[IncomingRequest]:
    """Yield the return requests to decide; end those that their declarant deleted."""
    for incoming in incoming_requests(documents, desk.repository, kind, flow):
        if (
            incoming.filed.state == "deleted"
            and incoming.old is not None
            and incoming.old.state in {"declared", "rejected"}
        ):
            step(incoming.old, "delete")
            desk.repository.put_request(incoming.old)
        elif incoming.filed.state == "declared" and incoming.new:
            yield incoming


def admit_return(incoming: IncomingRequest, request: Request, declaration: Declaration, desk: CustomsDesk) -> None:
    """Admit a return (120); it is approved at its deadline unless an officer reviews it first."""
    facts = incoming.filed.facts
    for line in facts.lines:
        request.lines[line.gnum] = request.lines.get(line.gnum, 0) + line.qty
    step(request, "accept")
    desk.receipt(request_receipt(request, declaration.order_no, desk.now, "120", Reason("1800", {})))
    reasons = [Reason("16002", {"reason": facts.reason}), *request.reasons]
    desk.note(request_event(request, declaration, desk.now, "return_accepted", reasons))
    desk.deadline(desk.due_in("windows.officer_hours"), RequestDue(request.id, request.state))
    desk.repository.put_request(request)


def quantities(requests: Iterable[Request], kind: str, states: Collection[str]) -> dict[int, int]:
    """Return the total quantities of the requests of a kind in these states, by line number."""
    total: dict[int, int] = {}
    for request in requests:
        if request.kind == kind and request.state in states:
            for gnum, quantity in request.lines.items():
                total[gnum] = total.get(gnum, 0) + quantity
    return total


def others_of(request: Request, declaration: Declaration, repository: CustomsRepository) -> list[Request]:
    """Return the other requests about the same declaration."""
    known = repository.requests_of([declaration.id]).get(declaration.id, ())
    return [other for other in known if other.id != request.id]


def request_event(
    request: Request,
    declaration: Declaration,
    now: int,
    name: str,
    reasons: Sequence[Reason] = (),
    actor: str = "customs",
) -> TimelineEvent:
    """Return a timeline event about a request."""
    return TimelineEvent(
        order_no=declaration.order_no,
        kind=request.kind,
        key=request.key,
        at=now,
        actor=actor,
        event=name,
        state=request.state,
        reasons=reasons,
        return_time=request.last_return,
    )
