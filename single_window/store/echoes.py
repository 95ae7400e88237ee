"""What a processing error of the port echoes: the guids of the document that it refuses, and of the message it came in.

Agencies that answer with the port's codes (-621018, -623005) know neither; they are read where the receipt is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from gateways.records import ReceiptDraft
from single_window.store.bulk import one_of
from single_window.store.tables import document, message


def echoing(connection: Connection, sandbox: str, drafts: Sequence[ReceiptDraft]) -> Sequence[ReceiptDraft]:
    """Receipts with the guids that the port's errors among them echo; without such errors nothing is read."""
    keys: dict[str, set[str]] = {}
    for draft in drafts:
        if _lacks(draft):
            keys.setdefault(draft.kind, set()).add(draft.key)
    if not keys:
        return drafts
    by_document = {
        (kind, key): guids
        for kind in sorted(keys)
        for key, guids in _guids(connection, sandbox, kind, sorted(keys[kind])).items()
    }
    guids = [by_document.get((draft.kind, draft.key), {}) if _lacks(draft) else {} for draft in drafts]
    return [draft._replace(fields={**echoed, **draft.fields}) for draft, echoed in zip(drafts, guids, strict=True)]


def _lacks(draft: ReceiptDraft) -> bool:
    return draft.return_status.startswith("-") and draft.kind != "message" and "guid" not in draft.fields


def _guids(connection: Connection, sandbox: str, kind: str, keys: list[str]) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        select(document.c.key, document.c.guid, message.c.guid)
        .join(message, message.c.id == document.c.message_id)
        .where(document.c.sandbox == sandbox, document.c.kind == kind, one_of(connection, document.c.key, keys))
    )
    return {key: {"guid": guid, "root": root} for key, guid, root in rows}
