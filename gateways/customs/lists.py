"""Declarations of lists, import and export: how they begin, start over, wait for partners, are deleted.

Joining and examining documents differs by flow: `acceptance` and `export.acceptance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from declarations.documents import ExportInventory, Inventory
from declarations.reasons import Reason
from gateways.customs import reservations
from gateways.customs.batches import joining
from gateways.customs.marks import Mark, MarkKind
from gateways.customs.outcome import advance, advance_to_declared, make_event, may_start_over
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.trade import FLOWS, IMPORT, Flow, Trade, TradeT
from gateways.records import FiledDocument
from gateways.taking_in import make_document_receipt
from gateways.topics.customs import PartnersOverdue


class DeclaredValues(TypedDict):
    """The values that a declaration copies from its list, and copies again when the list is amended."""

    cop_no: str
    pre_no: str
    customs_code: str
    ebp_code: str
    agent_code: str
    logistics_key: str
    trade_mode: str
    bill_no: str
    assure_code: str
    buyer: str
    statistics_flag: str


def logistics_key_of(facts: Inventory | ExportInventory) -> str:
    """Return the key (carrier|waybill number) of a list's parcel."""
    return f"{facts.logistics_code}|{facts.logistics_no}"


def end_deleted(meetings: Mapping[str, Iterable[FiledDocument]], flow: Flow, desk: CustomsDesk) -> None:
    """End the waiting or rejected declarations of lists that their declarant deleted (appType 3).

    `meetings`: documents by meeting."""
    keys = [
        document.key
        for filed_documents in meetings.values()
        for document in filed_documents
        if document.kind == flow.list and document.state == "deleted"
    ]
    declarations = desk.repository.declarations_by_key(keys, flow.letter) if keys else {}
    for declaration in declarations.values():
        if declaration.state in {"declared", "rejected"}:
            advance(declaration, "delete")
            desk.add_event(make_event(declaration, desk.now, "deleted"))
            desk.repository.put_declaration(declaration)


def pair_with_declarations(
    trades: Sequence[TradeT], flow: Flow, repository: CustomsRepository
) -> list[tuple[TradeT, Declaration | None]]:
    """Pair each trade with its declaration, or None.

    A meeting without marks has no declaration yet, so none is queried.
    """
    declarations = repository.declarations_by_key(
        [trade.inventory.key for trade in trades if repository.marks(trade.inventory.order_no)], flow.letter
    )
    return [(trade, declarations.get(trade.inventory.key)) for trade in trades]


def must_be_handled(trade: Trade, old_declaration: Declaration | None) -> bool:
    """True if customs must handle a list: it is new, waits, or is a later version that may start over."""
    if old_declaration is None or old_declaration.state == "declared":
        return True
    return old_declaration.document_version < trade.inventory.version and may_start_over(old_declaration)


def begin_declaration(
    trade: Trade, old_declaration: Declaration | None, flow: Flow, desk: CustomsDesk
) -> tuple[Declaration, bool]:
    """Return the declaration of an undecided list, and True if it is new or starts over with this version."""
    if old_declaration is None:
        return _new_declaration(trade.inventory, flow, desk.repository), True
    is_renewed = old_declaration.document_version != trade.inventory.version
    if is_renewed:
        _start_over(old_declaration, trade.inventory, desk)
    return old_declaration, is_renewed


def _new_declaration(inventory: FiledDocument, flow: Flow, repository: CustomsRepository) -> Declaration:
    return Declaration(
        id=repository.new_id(),
        key=inventory.key,
        order_no=inventory.order_no,
        state="declared",
        document_id=inventory.id,
        document_version=inventory.version,
        mailboxes=inventory.mailboxes,
        ebc_code=inventory.facts.ebc_code,
        last_return=inventory.last_return,
        flow=flow.letter,
        **_declared_values(inventory),
    )


def _start_over(declaration: Declaration, inventory: FiledDocument, desk: CustomsDesk) -> None:
    """Start a declaration over with the facts of an amended list; its reservations are released."""
    reservations.release_all(declaration, desk.repository)
    joining.report_end(declaration, "refused", desk)
    advance_to_declared(declaration)
    for name, value in _declared_values(inventory).items():
        setattr(declaration, name, value)
    declaration.document_version, declaration.mailboxes = inventory.version, inventory.mailboxes
    declaration.reasons, declaration.review_cause, declaration.lane = (), "", ""
    if declaration.flow == "E":
        declaration.arrived_at = 0
    declaration.last_return = max(declaration.last_return, inventory.last_return)


def _declared_values(inventory: FiledDocument) -> DeclaredValues:
    facts, is_import = inventory.facts, inventory.kind == IMPORT.list
    return DeclaredValues(
        cop_no=facts.cop_no,
        pre_no=inventory.port_no,
        customs_code=facts.customs_code,
        ebp_code=facts.ebp_code,
        agent_code=facts.agent_code,
        logistics_key=logistics_key_of(facts),
        trade_mode=facts.trade_mode,
        bill_no=facts.bill_no,
        assure_code=facts.assure_code if is_import else "",
        buyer=facts.buyer_id_number if is_import else "",
        statistics_flag="" if is_import else facts.statistics_flag,
    )


def wait_for_partners(declaration: Declaration, reasons: Sequence[Reason], desk: CustomsDesk) -> None:
    """Let a new version of a list wait for its partners, until a deadline; `reasons`: see `reasons_for_missing`."""
    due = desk.instant_after("windows.partner_documents")
    desk.schedule(due, PartnersOverdue(declaration.id, declaration.document_version))
    desk.add_event(make_event(declaration, desk.now, "waiting", reasons))


def reasons_for_missing(
    declaration: Declaration,
    trade: Trade,
    others: Sequence[FiledDocument],
    differences: Sequence[Reason],
    desk: CustomsDesk,
) -> list[Reason]:
    """Return the reasons to reject a list whose partners did not come in time: what differs in those that came under
    other numbers (`others`), and one for each partner that did not come at all."""
    window = desk.value_today("windows.partner_documents")
    codes = FLOWS[declaration.flow].partners
    came = {document.kind for document in others} if differences else set()
    absent = [kind for kind in trade.missing if kind not in came]
    return [*differences, *(Reason(codes[kind], {"hours": f"{window.amount}"}, (window.id,)) for kind in absent)]


def waiting_declarations(deadlines: Sequence[PartnersOverdue], flow: Flow, desk: CustomsDesk) -> dict[str, Declaration]:
    """Return the declarations, by key, that still wait in the version whose deadline has come."""
    declarations = desk.repository.declarations([deadline.declaration_id for deadline in deadlines])
    declarations_with_version = [
        (declarations[deadline.declaration_id], deadline.document_version) for deadline in deadlines
    ]
    return {
        declaration.key: declaration
        for declaration, version in declarations_with_version
        if declaration.flow == flow.letter
        and declaration.state == "declared"
        and declaration.document_version == version
    }


def sort_by_completion(complete: Iterable[tuple[TradeT, Declaration]]) -> list[tuple[TradeT, Declaration]]:
    """Sort trades by when they became complete, so that the first gets the allowance or stock first."""
    return sorted(
        complete,
        key=lambda complete_trade: max(
            filed.id for filed in (complete_trade[0].inventory, *complete_trade[0].partners)
        ),
    )


def answer_partners(
    partners: Iterable[FiledDocument], reasons: Sequence[Reason], flow: Flow, desk: CustomsDesk
) -> None:
    """Answer each partner document of a list once: taken in (120), or refused (100) with the first reason about it."""
    refusal_by_kind = {flow.concerns.get(reason.rule): reason for reason in reversed(reasons)}
    for partner in partners:
        mark = Mark(MarkKind.ANSWERED, partner.id, partner.version)
        if mark not in desk.repository.marks(partner.order_no):
            desk.send_receipt(make_document_receipt(partner, desk.now, refusal_by_kind.get(partner.kind)))
            desk.repository.put_mark(partner.order_no, mark)
