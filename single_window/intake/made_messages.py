"""Makes messages of what companies tell in other ways than by our XML: their sender, guids, documents in parts."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from schemas.message import Transfer
from schemas.writing import write
from single_window.receipts.rows import NAMESPACE
from single_window.store.bulk import one_of
from single_window.store.tables import participant

_NAME = re.compile(r"[!-:<-~]{1,30}")
"""The name of a mailbox."""
DOCUMENTS_AT_MOST, LINES_AT_MOST = 100, 2_000
"""Documents, and lines in all, of a message that is made here."""


def senders_of(
    connection: Connection, sandbox: str, codes: Collection[str], own: Sequence[str] = ()
) -> dict[str, Transfer]:
    """Return the sender of messages of each company: with the mailbox that it is registered with, else with the first
    of the caller's `own`, else with one that is nobody's."""
    column = participant.c
    chosen = select(column.code, column.name, column.dxp_id).where(
        column.sandbox == sandbox, one_of(connection, column.code, sorted(codes))
    )
    known = {row.code: row for row in connection.execute(chosen)}
    return {code: _transfer(code, known.get(code), own) for code in codes}


def sender_with(connection: Connection, sandbox: str, mailbox: str) -> Transfer:
    """Return the sender of messages of a mailbox: the company that is registered with it."""
    column = participant.c
    chosen = select(column.code, column.name).where(column.sandbox == sandbox, column.dxp_id == mailbox)
    row = connection.execute(chosen.order_by(column.code)).first()
    return Transfer((row.code if row else mailbox)[:18], ((row.name if row else "") or mailbox)[:100], "DXP", mailbox)


def sender_of(connection: Connection, sandbox: str, code: str, own: Sequence[str] = ()) -> Transfer:
    """Return the sender of a company's messages, as `senders_of`."""
    return senders_of(connection, sandbox, [code], own)[code]


def nobodys_mailbox(code: str) -> str:
    """Return the mailbox of a company that has none: no DXP id has this form, so that no other company can have it."""
    own = f"nobody:{code}"
    return own if _NAME.fullmatch(own) else f"nobody:{sha256(code.encode()).hexdigest()[:20]}"


def _transfer(code: str, row: Any, own: Sequence[str]) -> Transfer:
    name = ((row.name if row else "") or code)[:100]
    return Transfer(code[:18], name, "DXP", (row.dxp_id if row else "") or next(iter(own), nobodys_mailbox(code)))


def guid_of(*parts: str) -> str:
    """Return the guid that follows from texts: the same content gives the same message, which is processed once."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts))).upper()


Document: TypeAlias = tuple[Mapping[str, str], Sequence[Mapping[str, str]]]
"""The elements of a document's head, and of each of its lines."""


def messages_of(code: str, documents: Sequence[Document], transfer: Transfer) -> Iterator[bytes]:
    """Yield messages of documents in their order, at most 100 documents and 2,000 lines in each. Raises
    `InvalidValues`."""
    while documents:
        lines = accumulate(len(lines) for _, lines in documents[:DOCUMENTS_AT_MOST])
        count = max(1, sum(total <= LINES_AT_MOST for total in lines))
        group, documents = documents[:count], documents[count:]
        guid = guid_of("message", "|".join(head["guid"] for head, _ in group))
        yield write(code, group, guid=guid, transfer=transfer)
