"""Answers of the checks of clean trades: of one document, of a trade, of requests and notes about a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from declarations.concerned_fields import ConcernedDocument, concerned_fields, found_and_expected
from declarations.export import comparing, list_clearance, returning, transport
from declarations.export.relief import ReliefStatements
from declarations.limits import check as check_limits
from declarations.matching import check_identity_numbers, compare
from declarations.reasons import Reason
from declarations.requests import RequestedList, reasons_against_cancellation, reasons_against_return
from declarations.rules import CheckFacts, check, codes_in_force
from declarations.tax.import_tax import assess, dutiable_value_of
from tests.law.clean_documents import document
from tests.law.imported import law, register

SENDER = "DXPENT0000000001"
Trade: TypeAlias = Mapping[str, Any]
"""Kind of a document → the document."""


def _port(trade: Trade, kind: str, on: date) -> list[Any]:
    """The reasons of a port check, each with the fields that it concerns."""
    reasons = check(kind, trade[kind], CheckFacts(SENDER, SENDER, on, codes_in_force(on)))
    return _with_fields(reasons, [trade[kind]], [kind])


def _trade(trade: Trade, kind: str, on: date) -> list[Any]:
    order, payment, waybill, inventory = (trade[each] for each in ("order", "payment", "waybill", "inventory"))
    reasons = [*compare(order, payment, waybill, inventory), *check_identity_numbers(order, payment, inventory)]
    return _with_fields(reasons, [inventory, order, payment, waybill], ["inventory", "order", "payment", "waybill"])


def _export_trade(trade: Trade, kind: str, on: date) -> list[Any]:
    kinds = ["export_inventory", "export_order", "export_waybill", "collection"]
    listed, order, waybill, collection = (trade[each] for each in kinds)
    reasons = comparing.compare(order, waybill, listed, collection, on, law())
    return _with_fields(reasons, [listed, order, waybill, collection], kinds)


def _with_fields(reasons: Iterable[Reason], documents: Iterable[Any], kinds: Iterable[str]) -> list[Any]:
    concerned = [ConcernedDocument(kind, "N", of_kind) for kind, of_kind in zip(kinds, documents, strict=True)]
    told: list[Any] = []
    for reason in reasons:
        fields = concerned_fields(reason, concerned)
        told += [reason, [f"{one.kind} {one.path}: {one.found} / {one.expected}" for one in fields[:4]]]
        told += [len(fields), found_and_expected(reason, fields)]
    return told


def _cancellation(trade: Trade, kind: str, on: date) -> list[Reason]:
    return reasons_against_cancellation(trade["cancellation"], RequestedList("in_review", trade["inventory"]))


def _return(trade: Trade, kind: str, on: date) -> list[Any]:
    listed = RequestedList("released", trade["inventory"])
    return [reasons_against_return(trade["refund"], listed, by_centre=by_centre) for by_centre in (False, True)]


def _note(trade: Trade, kind: str, on: date) -> list[Any]:
    note = trade[kind]
    return [transport.compare_with_list(note, trade["export_inventory"]), transport.compare_parts(note, document(kind))]


def _export_return(trade: Trade, kind: str, on: date) -> Any:
    gone, relief = returning.Departure(on), ReliefStatements(True, True)
    return returning.check(trade["export_refund"], trade["export_inventory"], gone, {}, on, law(), relief)


def _tally(trade: Trade, kind: str, on: date) -> Any:
    return returning.compare_parcels(trade["tally"], trade["export_refund"])


def _clearance(trade: Trade, kind: str, on: date) -> Any:
    filed = (True, False)
    return [list_clearance.check(trade[kind], on, law(), register(), warehouse_filed=each) for each in filed]


def _limits(trade: Trade, kind: str, on: date) -> Any:
    listed = trade[kind]
    return check_limits(listed, dutiable_value_of(listed), 0, on, law(), register(), {})


def _tax(trade: Trade, kind: str, on: date) -> Any:
    return assess(trade[kind], on, register(), law())


JUDGES: Mapping[str, Callable[[Trade, str, date], Any]] = {
    "port": _port,
    "trade": _trade,
    "export trade": _export_trade,
    "cancellation": _cancellation,
    "return": _return,
    "note": _note,
    "export return": _export_return,
    "tally": _tally,
    "clearance by list": _clearance,
    "limits": _limits,
    "import tax": _tax,
}
