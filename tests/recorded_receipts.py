"""Records receipts as a program gives them: `python -m tests.recorded_receipts DATABASE FILE` takes some of each kind.

A recording holds rows and, for each, the messages that were given: `tests/contracts/test_receipts_stay.py` has later
programs render the rows. Run it with the program whose receipts are recorded, on a database of its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import Connection, Engine, select

from single_window.receipts import rows as receipts
from single_window.receipts.enveloping import enveloped
from single_window.store.engine import open_engine, reading
from single_window.store.tables import archive, receipt, receipt_group

ENVELOPES = ("DxpMsg", "DxpMsgSv")
MOST = 200
"""Receipts of a group that is recorded, at most."""


def recorded(engine: Engine) -> list[dict[str, Any]]:
    """Groups that hold a receipt of a kind, status and rule that none before holds, with what was given of them."""
    with reading(engine) as connection:
        seen: set[tuple[str, ...]] = set()
        groups = []
        joined = select(receipt, receipt_group.c.first).join(receipt_group, receipt_group.c.id == receipt.c.group_id)
        rows = connection.execute(joined.order_by(receipt.c.group_id, receipt.c.position)).mappings().all()
        for number, members in groupby(rows, key=lambda row: row["group_id"]):
            of_group = list(members)
            kinds = {(row["code"], row["kind"], row["return_status"], row["rule"]) for row in of_group}
            if len(of_group) <= MOST and not kinds <= seen:
                seen |= kinds
                groups.append(_group(connection, number, [dict(row) for row in of_group]))
        return groups


def _group(connection: Connection, number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    group = dict(connection.execute(select(receipt_group).where(receipt_group.c.id == number)).mappings().one())
    for row in rows:
        del row["first"]
    where = (group["sandbox"], group["mailbox"])
    page = receipts.after(connection, *where, group["first"] - 1, len(rows))
    rendered = receipts.render(connection, page)
    given = {kind: enveloped(connection, *where, rendered, kind) for kind in ENVELOPES}
    messages = {number for row in rows if (number := json.loads(row["fields"] or "{}").get("message"))}
    return {
        "group": group,
        "receipts": rows,
        "archive": {
            str(row.message_id): base64.b64encode(row.body).decode()
            for row in connection.execute(
                select(archive.c.message_id, archive.c.body).where(archive.c.message_id.in_(messages))
            )
        },
        "texts": [[row.text_in("zh"), row.text_in("en")] for row in page],
        "given": [message.body.decode() for message in rendered],
        "digests": {kind: [digest_of(message.body) for message in bodies] for kind, bodies in given.items()},
    }


def digest_of(body: bytes) -> str:
    """By what a message in an envelope is compared: its Base64 would take much room."""
    return hashlib.sha256(body).hexdigest()


def read(file: Path) -> list[dict[str, Any]]:
    """A recording."""
    recording: list[dict[str, Any]] = json.loads(zstandard.ZstdDecompressor().decompress(file.read_bytes()))
    return recording


if __name__ == "__main__":
    groups = [group for address in sys.argv[1:-1] for group in recorded(open_engine(address))]
    packed = zstandard.ZstdCompressor(level=19).compress(json.dumps(groups, ensure_ascii=False).encode())
    Path(sys.argv[-1]).write_bytes(packed)
    print(f"{len(groups)} groups, {len(packed)} bytes")
