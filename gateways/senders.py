"""Checks who sent a document: the company that it speaks for, by the mailbox with which it is registered."""

from __future__ import annotations

from declarations.reasons import Reason
from gateways.records import FiledDocument


def check_own_mailbox(paper: FiledDocument, code: str, dxp_id: str, rule: str) -> Reason | None:
    """Return a reason of this rule against a document that was not sent from the mailbox of the company which it speaks
    for; None also if the company has no mailbox."""
    if dxp_id in ("", paper.sender):
        return None
    return Reason(rule, {"sender": paper.sender, "code": code, "dxp_id": dxp_id})
