"""Records receipts as a program gives them: `python -m tests.recorded_receipts DATABASE… FILE` takes some of each kind.

A recording holds rows and, for each, the messages that were given: `tests/contracts/test_receipts_stay.py` has later
programs render the rows. Run it with the program whose receipts are recorded, on a database of its own.
"""

from __future__ import annotations

import hashlib
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import zstandard
from sqlalchemy import Connection, Engine, select

from single_window.receipts import rows as receipts
from single_window.receipts.enveloping import put_in_envelopes
from single_window.store import migrate
from single_window.store.engine import open_engine, reading
from single_window.store.receipt_contents import content_at, of_groups, unpack
from single_window.store.tables import archive, receipt, receipt_group, receipt_making

ENVELOPES = ("DxpMsg", "DxpMsgSv")


def recorded(engine: Engine) -> list[dict[str, Any]]:
    """Groups that hold a receipt of a kind, status and rule that none before holds, with what was given of them."""
    with reading(engine) as connection:
        seen: set[tuple[str, ...]] = set()
        groups = []
        rows = connection.execute(select(receipt).order_by(receipt.c.group_id, receipt.c.position)).mappings()
        members = [list(of_group) for _, of_group in groupby(map(dict, rows), key=lambda row: row["group_id"])]
        for of_group in sorted(members, key=len):
            number = of_group[0]["group_id"]
            contents = of_groups(connection, [number])[number]
            rules = [content_at(contents, row["position"]).rule for row in of_group]
            kinds = {
                (row["code"], row["kind"], row["return_status"], rule)
                for row, rule in zip(of_group, rules, strict=True)
            }
            if not kinds <= seen:
                seen |= kinds
                groups.append(_group(connection, number, of_group))
        return groups


def _group(connection: Connection, number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    group = dict(connection.execute(select(receipt_group).where(receipt_group.c.id == number)).mappings().one())
    contents = unpack(group["contents"])
    fields = [json.loads(content_at(contents, row["position"]).fields or "{}") for row in rows]
    messages = {number for of_receipt in fields if (number := of_receipt.get("message"))}
    archived = select(archive.c.message_id, archive.c.body).where(archive.c.message_id.in_(messages))
    making = select(receipt_making).where(receipt_making.c.number == group["making"])
    where = (group["sandbox"], group["mailbox"])
    page = receipts.after(connection, *where, group["first"] - 1, len(rows))
    rendered = receipts.render(connection, page)
    given = {kind: put_in_envelopes(connection, *where, rendered, kind) for kind in ENVELOPES}
    return {
        "group": group,
        "receipts": rows,
        "archive": [dict(row) for row in connection.execute(archived).mappings()],
        "making": dict(connection.execute(making).mappings().one()),
        "texts": [[row.text_in("zh"), row.text_in("en")] for row in page],
        "given": [message.body.decode() for message in rendered],
        "digests": {kind: [digest_of(message.body) for message in bodies] for kind, bodies in given.items()},
    }


def digest_of(body: bytes) -> str:
    """By what a message in an envelope is compared: its Base64 would take much room."""
    return hashlib.sha256(body).hexdigest()


def read(file: Path) -> tuple[str, list[dict[str, Any]]]:
    """A recording: the revision of the tables that its rows are of, and the groups."""
    revision, groups = msgspec.msgpack.decode(zstandard.ZstdDecompressor().decompress(file.read_bytes()))
    return revision, groups


if __name__ == "__main__":
    groups = [group for address in sys.argv[1:-1] for group in recorded(open_engine(address))]
    recording = msgspec.msgpack.encode((list(migrate.titles())[-1], groups))
    packed = zstandard.ZstdCompressor(level=19).compress(recording)
    Path(sys.argv[-1]).write_bytes(packed)
    print(f"{len(groups)} groups, {len(packed)} bytes")
