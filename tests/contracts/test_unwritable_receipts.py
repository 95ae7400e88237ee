"""A receipt that cannot be written is parked with its reason, and never holds up those behind it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from gateways.circumstances import Options
from single_window.channels.outbox import Outbox
from single_window.receipts import rows as receipts
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import OF_PARTICIPANTS, Pauses
from single_window.receipts.pushing.pusher import Pusher
from single_window.receipts.rows import Receipt, Rendered
from single_window.receipts.unwritable import park, past_unwritable
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading
from single_window.store.names import WEBHOOK
from single_window.store.parking import ParkedDelivery, parked_deliveries
from single_window.store.tables import work_case
from single_window.wiring import Window
from single_window.work import parking
from tests.databases import ON_BOTH, kept_open, made_database, read_by, window_in, write_by
from tests.mailboxes import BOX, NOON, numbers, put
from tests.officers import named

pytestmark = ON_BOTH
WORDLESS = "-506016"
LI = named("li", "administrator")
_serial = count(1)


class Receiver:
    """Confirms everything, and remembers the numbers of what came."""

    kind = WEBHOOK
    pauses: Pauses = OF_PARTICIPANTS

    def __init__(self) -> None:
        self.came: list[int] = []

    def now(self, sandbox: str) -> int:
        return NOON

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        for message in messages:
            self.came += numbers(message.body)
            yield message.last


@pytest.fixture(scope="module")
def window(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("unwritable")
    with made_database(dialect, folder) as address:
        yield from kept_open(window_in(folder, database=address))


@pytest.fixture
def sandbox(window: Window) -> str:
    name = f"unwritable-{next(_serial)}"
    window.make_sandbox(name, Options())
    write_by(window.engine, channels.put, Channel(name, BOX, WEBHOOK, "http://example.org/", "secret"))
    return name


def page(window: Window, sandbox: str, after: int = 0) -> list[Receipt]:
    return read_by(window.engine, receipts.after, sandbox, BOX, after, 1_000)


def parked(window: Window, sandbox: str) -> list[ParkedDelivery]:
    return read_by(window.engine, parked_deliveries, sandbox)


def polled(window: Window, sandbox: str, folder: Path) -> list[int]:
    """What a participant reads who asks again after each message."""

    def read() -> Rendered | None:
        with reading(window.engine) as connection:
            rows = receipts.after(connection, sandbox, BOX, place, 100)
            return receipts.first_message(connection, rows) if rows else None

    came: list[int] = []
    place = 0
    while message := past_unwritable(window.engine, sandbox, BOX, read):
        came, place = came + numbers(message.body), message.last
    return came


def pushed(window: Window, sandbox: str, folder: Path) -> list[int]:
    receiver = Receiver()
    pusher = Pusher(window.engine, receiver)
    for _ in range(3):
        for channel in pusher.due():
            if channel.sandbox == sandbox:
                pusher.push(channel)
    assert [behind for (box, _), behind in read_by(window.engine, channels.behind, sandbox).items() if box == BOX] == [
        0
    ]
    assert [channel for channel in pusher.due() if channel.sandbox == sandbox] == []
    return receiver.came


def written(window: Window, sandbox: str, folder: Path) -> list[int]:
    box = folder / BOX
    box.mkdir()
    Outbox(window.engine, sandbox, box).deliver()
    return [number for file in sorted(box.glob("*.xml")) for number in numbers(file.read_bytes())]


@pytest.mark.parametrize("read", [polled, pushed, written])
@pytest.mark.parametrize("bad", [{1}, {3}, {2, 5}, {1, 2, 3, 4, 5}], ids=str)
def test_all_others_are_delivered(
    window: Window, sandbox: str, tmp_path: Path, bad: set[int], read: Callable[[Window, str, Path], list[int]]
) -> None:
    rules = dict.fromkeys(bad, WORDLESS)
    put(window, BOX, ["312", "312"], sandbox, rules)
    put(window, BOX, ["312", "412", "312"], sandbox, rules)
    assert read(window, sandbox, tmp_path) == sorted({1, 2, 3, 4, 5} - bad)
    reasons = sorted(delivery.reason for delivery in parked(window, sandbox))
    assert len(reasons) == len(bad)
    assert all(f"{BOX} {number}," in reason for number, reason in zip(sorted(bad), reasons, strict=True))
    assert all("no words for '-506016'" in reason for reason in reasons)


def test_what_is_parked_is_a_case_with_its_reason(window: Window, sandbox: str, tmp_path: Path) -> None:
    put(window, BOX, ["312"], sandbox, {1: WORDLESS})
    assert polled(window, sandbox, tmp_path) == []
    (delivery,) = parked(window, sandbox)
    assert "NoWords" in delivery.traceback and delivery.topic == "deadline.receipt"
    with reading(window.engine) as connection:
        cases = select(work_case.c.number, work_case.c.goods).where(work_case.c.sandbox == sandbox)
        ((number, goods),) = connection.execute(cases)
    assert number == str(delivery.id) and "no words for '-506016'" in goods


def test_two_readers_park_it_once(window: Window, sandbox: str) -> None:
    put(window, BOX, ["312"], sandbox, {1: WORDLESS})
    faults = [receipts.UnwritableReceipt(receipt, ValueError("no words")) for receipt in page(window, sandbox)]
    park(window.engine, sandbox, BOX, faults)
    park(window.engine, sandbox, BOX, faults)
    assert len(parked(window, sandbox)) == 1


def test_sent_again_it_is_placed_at_the_end_once(window: Window, sandbox: str) -> None:
    put(window, BOX, ["312", "412"], sandbox)
    first = page(window, sandbox)[0]
    park(window.engine, sandbox, BOX, [receipts.UnwritableReceipt(first, ValueError("words since mended"))])
    assert [receipt.sequence for receipt in page(window, sandbox)] == [2]
    parking.retry(window, sandbox, None, LI)
    while window.step():
        pass
    assert [(receipt.sequence, receipt.code) for receipt in page(window, sandbox)] == [(2, "412"), (3, "312")]
    assert page(window, sandbox)[1]._replace(sequence=1) == first
    assert parked(window, sandbox) == []
