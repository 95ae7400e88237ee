"""Declarations and their stories: the stored events of a number, in words. Queries only, on a connection of the
caller."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "show": (
            "show_command:show",
            "Tell the story of a number, of an import or an export: orderNo, copNo, preNo, invtNo, waybill or "
            "payment number, master waybill, a note's number, guid, message id; of an invoice, a refund claim, a "
            "report of foreign exchange, a registration, a sample or plan of spot checks or a credit case: what became "
            "of it, and where to look.",
        ),
        "declaration": (
            "declaration_command:declaration",
            "Declarations: lists of imports and exports with their states; `show` prints the whole story of one.",
        ),
    },
    rooms=("declarations", "notes"),
    decided=("declaration", "request"),
)
