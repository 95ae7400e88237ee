"""Tells the port what becomes of export lists by sea, and lets released ones wait until they are loaded, where the
option `port` is `full`. Elsewhere nothing is read and nothing written."""

from __future__ import annotations

from declarations.reasons import Reason
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.holds import Held
from gateways.topics.port import ExportListStepped

FULL, PORT, BY_SEA = "full", "port", "2"
AWAITS_LOADING = "29301"
RELEASE, HOLD, INSPECT, NO_RELEASE, ONLY_BILL = "1", "2", "3", "4", "0"


def report_status(declaration: Declaration, status: str, desk: CustomsDesk) -> None:
    """Tell the port of a step by its return status: 800 releases, 5xx and 600 stop, 700 takes a release back. A list
    that is released waits from then on."""
    if desk.options.port != FULL or declaration.flow != "E":
        return
    action = _action(status)
    if not action or not _goes_by_sea(declaration, desk):
        return
    if action == RELEASE:
        hold(declaration, desk)
    desk.publish(_step(declaration, action, desk))


def report_bill(declaration: Declaration, desk: CustomsDesk) -> None:
    """Tell the port the bill of lading of a list's parcel."""
    if desk.options.port == FULL and _goes_by_sea(declaration, desk):
        desk.publish(_step(declaration, ONLY_BILL, desk))


def hold(declaration: Declaration, desk: CustomsDesk) -> None:
    """Let a list wait until its parcel's container is loaded."""
    reason = Reason(AWAITS_LOADING, {"parcel": declaration.logistics_key.partition("|")[2]})
    desk.hold(Held.LIST, str(declaration.id), PORT, reason)


def awaits_loading(declaration: Declaration, desk: CustomsDesk) -> bool:
    """True if a list waits for the loading of its parcel's container."""
    if desk.options.port != FULL:
        return False
    held = desk.held(Held.LIST, [str(declaration.id)]).get(str(declaration.id), ())
    return any(hold.by == PORT for hold in held)


def _action(status: str) -> str:
    if status == "800":
        return RELEASE
    if status == "500":
        return INSPECT
    return HOLD if status == "600" or status[:1] == "5" else NO_RELEASE if status == "700" else ""


def _goes_by_sea(declaration: Declaration, desk: CustomsDesk) -> bool:
    filed = desk.repository.documents([declaration.document_id]).get(declaration.document_id)
    return filed is not None and filed.facts.traf_mode == BY_SEA


def _step(declaration: Declaration, action: str, desk: CustomsDesk) -> ExportListStepped:
    return ExportListStepped(
        declaration.id,
        action,
        parcel_key=declaration.logistics_key,
        bill_no=declaration.bill_no,
        invt_no=declaration.invt_no,
        list_key=declaration.key,
        order_no=declaration.order_no,
        office=declaration.customs_code,
        at=desk.now,
    )
