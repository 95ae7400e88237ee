"""Databases as releases wrote them: `python -m tests.releases` plays trades with this checkout, keeps its database in
`tests/specifications/releases/`, with what it gave and what came of it. Run it once for each release."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import zstandard
from sqlalchemy import Connection, func, select

from declarations.calendar import DAY
from single_window import __version__, auditing
from single_window.receipts import rows as receipts
from single_window.receipts.enveloping import put_in_envelopes
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import OF_PARTICIPANTS, Pauses
from single_window.receipts.pushing.pusher import NotDelivered, Pusher
from single_window.refused import Refused
from single_window.settings import Settings
from single_window.store import channels, migrate, tables
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.names import WEBHOOK
from single_window.wiring import Window, open_window
from single_window.work import snapshots
from tests.stories.exporting import Sale
from tests.stories.story import StoryRunner

FOLDER = Path(__file__).parent / "specifications" / "releases"
SANDBOX, DATABASE, PACKED, WRITTEN = "release", "window.sqlite3", "window.zst", "written.json"
ENVELOPES = ("DxpMsg", "DxpMsgSv")
LATER = 40 * DAY
"""Within which every deadline of what is played is due."""
MOST = 10_000


class ReleaseReceiver:
    """A participant's receiver that takes so many messages and no more."""

    kind = WEBHOOK
    pauses: Pauses = OF_PARTICIPANTS

    def __init__(self, window: Window, most: int = MOST) -> None:
        self.window, self.left = window, most
        self.came: list[tuple[int, int]] = []

    def now(self, sandbox: str) -> int:
        return self.window.now(sandbox)

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        for message in messages:
            if not self.left:
                raise NotDelivered("closed")
            self.left -= 1
            self.came.append((message.first, message.last))
            yield message.last


def play(window: Window) -> None:
    """Leave behind what a window at work holds: trades that ended, wait for a document, or have open deliveries,
    receipts that were delivered and others that were not, deadlines, and a snapshot."""
    story = StoryRunner(window, SANDBOX)
    story.send(story.trade(0))
    story.submit(*Sale().messages())
    counts = mailboxes(window)
    taker = max(counts, key=counts.__getitem__)
    with writing(window.engine) as connection:
        channels.put(connection, Channel(SANDBOX, taker, WEBHOOK, "http://example.org/", "secret"))
    push(window, ReleaseReceiver(window, 1))
    snapshots.take(window, SANDBOX, "the first trades", "tester")
    story.send(story.trade(1), "order", "payment")
    story.file(*[story.message(story.trade(2), kind) for kind in ("order", "payment", "waybill", "inventory")])
    window.step()
    story.file(*[story.message(story.trade(3), kind) for kind in ("order", "payment", "waybill", "inventory")])


def push(window: Window, receiver: ReleaseReceiver) -> None:
    """Deliver what waits in channels."""
    pusher = Pusher(window.engine, receiver)
    while sum(pusher.push(channel) for channel in pusher.due()):
        pass


def mailboxes(window: Window) -> dict[str, int]:
    """The mailboxes that have receipts, each with their number."""
    columns = tables.mailbox.c
    with reading(window.engine) as connection:
        rows = connection.execute(select(columns.dxp_id, columns.next - 1).where(columns.sandbox == SANDBOX))
        return {mailbox: count for mailbox, count in sorted(map(tuple, rows)) if count}


def given(window: Window, counts: Mapping[str, int]) -> dict[str, list[list[str]]]:
    """Mailbox → the digests of the messages of its first so many receipts: bare, and in each envelope."""
    result = {}
    for mailbox, count in counts.items():
        with reading(window.engine) as connection:
            rendered = receipts.render(connection, receipts.after(connection, SANDBOX, mailbox, 0, count))
            wrapped = [put_in_envelopes(connection, SANDBOX, mailbox, rendered, kind) for kind in ENVELOPES]
        result[mailbox] = [[digest_of(message.body) for message in messages] for messages in (rendered, *wrapped)]
    return result


def digest_of(body: bytes) -> str:
    """By what messages are compared."""
    return hashlib.sha256(body).hexdigest()


def still_open(connection: Connection) -> dict[str, int]:
    """How many deliveries and deadlines wait."""
    delivery, deadline = tables.delivery, tables.deadline
    waiting = {
        "deliveries": select(func.count()).select_from(delivery).where(delivery.c.state == "ready"),
        "deadlines": select(func.count()).select_from(deadline).where(deadline.c.state == "open"),
    }
    return {name: int(connection.execute(counted).scalar_one()) for name, counted in waiting.items()}


def became(settings: Settings) -> dict[str, Any]:
    """Work off what a database holds. Tells what was given before and after that, what was open, what is, every
    receipt, what came over the channel, the ledgers that do not balance, and what became of the snapshot."""
    window = open_window(settings)
    try:
        counts = mailboxes(window)
        told: dict[str, Any] = {"given": given(window, counts), "open": _open(window)}
        window.settle()
        window.advance(SANDBOX, window.now(SANDBOX) + LATER)
        receiver = ReleaseReceiver(window)
        push(window, receiver)
        told |= {"again": given(window, counts), "left": _open(window), "pushed": receiver.came}
        told |= {"receipts": _receipts(window), "unbalanced": _unbalanced(window), "snapshot": _restored(window)}
        return told
    finally:
        window.close()


def _open(window: Window) -> dict[str, int]:
    with reading(window.engine) as connection:
        return still_open(connection)


def _receipts(window: Window) -> list[list[str]]:
    boxes = mailboxes(window)
    with reading(window.engine) as connection:
        pages = {mailbox: receipts.after(connection, SANDBOX, mailbox, 0, MOST) for mailbox in boxes}
    return sorted([mailbox, row.kind, row.order_no, row.return_status] for mailbox in boxes for row in pages[mailbox])


def _unbalanced(window: Window) -> list[str]:
    with reading(window.engine) as connection:
        return [ledger.name for ledger in auditing.audit_ledgers(connection, SANDBOX) if not ledger.balanced]


def _restored(window: Window) -> int | str:
    with reading(window.engine) as connection:
        number = connection.execute(select(tables.sandbox_snapshot.c.id)).scalar_one()
    try:
        return snapshots.restore(window, SANDBOX, number, "tester")
    except Refused as error:
        return error.code


def settings_of(folder: Path, database: str = "") -> Settings:
    """The settings of a window on a folder."""
    return Settings(data=folder, database=database, readers=0, synchronous="NORMAL")


def unpack(release: str, folder: Path) -> None:
    """Put the database of a release into a folder."""
    packed = (FOLDER / release / PACKED).read_bytes()
    (folder / DATABASE).write_bytes(zstandard.ZstdDecompressor().decompress(packed))


def written(release: str) -> dict[str, Any]:
    """What the program of a release told of its database, which `became` tells of it today."""
    told: dict[str, Any] = json.loads((FOLDER / release / WRITTEN).read_text("utf-8"))
    return told


def write(release: str) -> None:
    """Write the database of this program, and what it tells of it."""
    place = FOLDER / release
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as played, TemporaryDirectory() as copied:
        window = open_window(settings_of(Path(played)))
        play(window)
        window.close()
        copy = Path(copied) / DATABASE
        with closing(sqlite3.connect(Path(played) / DATABASE)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        packed = zstandard.ZstdCompressor(level=19).compress(copy.read_bytes())
        (place / PACKED).write_bytes(packed)
        told = {"revision": list(migrate.titles())[-1], **became(settings_of(Path(copied)))}
    (place / WRITTEN).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{place}: {len(packed)} bytes, {told['open']}")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(became(settings_of(Path(sys.argv[1]), *sys.argv[2:]))))
    else:
        write(__version__)
