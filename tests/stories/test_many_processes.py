"""Several processes at once, each with all the work to do: trades meet once, and every account is exact to the fen.

The documents of hundreds of trades are split among them, a part is sent by two at the same instant, and each of them
publishes and works whatever it finds in the database. Nothing may be lost, doubled, blamed or waited for in a circle.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from declarations.tax.import_tax import Assessment
from simulators.imports.stories import delivery as signature
from simulators.imports.stories import refund
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import trades
from simulators.messages import pack_messages
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.settings import Settings
from single_window.store.records import decoder, from_json
from single_window.store.tables import (
    account_book,
    allowance,
    declaration,
    delivery,
    document,
    guarantee,
    message,
    receipt_group,
    request,
    tax_bill,
)
from single_window.wiring import Window
from tests.databases import ON_BOTH, fetch, made_database
from tests.patience import PATIENCE
from tests.stories.killing import at_once
from tests.stories.story import KINDS, TODAY, WORLD, StoryRunner

pytestmark = ON_BOTH
PROCESSES, TRADES, TOGETHER = 3, 200, 7
SEED = 20261120
_assessed = decoder(Assessment, Assessment)


def work(folder: Path, address: str, bodies: Sequence[bytes], barrier: Any) -> None:
    """One process: admits its messages and works on whatever is to be done, as long as there is anything."""
    window = Window(Settings(data=folder, database=address, synchronous="NORMAL", readers=0, batch=64))
    queue = AdmissionQueue(window).start()
    barrier.wait(PATIENCE)
    left = list(bodies)
    while left:
        offered = [(body, offer(queue, window, body)) for body in left[:5]]
        window.step()
        left = [body for body, answer in offered if not accepted(answer)] + left[5:]
    queue.stop()
    window.settle()
    window.close()


def offer(queue: AdmissionQueue, window: Window, body: bytes) -> Future[AdmissionAnswer] | None:
    """The answer to a message, which is still to come; None: too much waits already."""
    try:
        return queue.offer("story", "process", window.read("story", body))
    except NotAccepting:
        return None


def accepted(answer: Future[AdmissionAnswer] | None) -> bool:
    """Whether a message was accepted; where others kept the database for too long, it is to be sent again."""
    if answer is None:
        return False
    try:
        status = answer.result(PATIENCE).status
    except NotAccepting:
        return False
    assert status == 202
    return True


@pytest.fixture
def play(dialect: str, tmp_path: Path) -> Iterator[Callable[[Sequence[bytes]], StoryRunner]]:
    """Plays messages to several processes at once; gives the story whose sandbox they are in."""
    with made_database(dialect, tmp_path, new=True) as address:  # whose statistics count no other test's deadlocks
        settings = Settings(
            data=tmp_path, database="" if dialect == "sqlite" else address, synchronous="NORMAL", readers=0
        )
        story = StoryRunner(Window(settings))

        def played(bodies: Sequence[bytes]) -> StoryRunner:
            at_once(work, *[(tmp_path, settings.database, share) for share in split(bodies)])
            story.window.settle()
            return story

        yield played
        story.window.close()


def split(bodies: Sequence[bytes]) -> list[list[bytes]]:
    """Who sends what: each message one process, every fifth another one too; each in an order of its own."""
    draw = random.Random(SEED)
    shares: list[list[bytes]] = [[] for _ in range(PROCESSES)]
    for number, body in enumerate(draw.sample(bodies, len(bodies))):
        shares[number % PROCESSES].append(body)
        if number % 5 == 0:
            shares[(number + 1) % PROCESSES].append(body)
    return shares


def rows(story: StoryRunner, statement: Any) -> list[Any]:
    return list(fetch(story.window.engine, statement).all())


def count(story: StoryRunner, table: Any) -> int:
    return int(rows(story, select(func.count()).select_from(table))[0][0])


@pytest.mark.long
def test_every_trade_is_released_once_and_every_account_is_exact(
    play: Callable[[Sequence[bytes]], StoryRunner],
) -> None:
    played = list(trades(WORLD, TRADES, seed=3, day=TODAY, fault_share=0, modes={"9610": 60, "1210": 40}))
    sent = [played_message.body for played_message in pack_messages(played, TOGETHER) if played_message.wave == 0]
    story = play(sent)
    assert (count(story, message), count(story, document)) == (len(sent), 4 * TRADES)
    assert released_once(story, played)
    assert accounts(story) == due_to(story)
    nobody_waited_in_vain(story)
    returned = played[::4]
    again = play(
        [signature(trade).body for trade in played[::2]]
        + [refund(trade, str(story.column(trade, "invt_no"))).body for trade in returned]
    )
    assert Counter(state for (state,) in rows(again, select(declaration.c.state))) == {
        "closed": TRADES // 2,
        "released": TRADES // 2,
    }
    assert Counter(state for (state,) in rows(again, select(request.c.state))) == {"accepted": len(returned)}
    again.pass_time(days=46)
    assert Counter(state for (state,) in rows(again, select(declaration.c.state))) == {"closed": TRADES}
    assert accounts(again) == due_to(again)
    nobody_waited_in_vain(again)


def released_once(story: StoryRunner, played: Sequence[ImportTrade]) -> bool:
    """Every list has had 2, 120 and 800 and one bill, every partner 2 and 120, each in its own mailbox's order."""
    for trade in played:
        assert story.statuses(trade) == ["2", "120", "800"]
        assert [story.statuses(trade, kind) for kind in KINDS[:3]] == [["2", "120"]] * 3
        assert story.bills(trade) == [("0", "made")]
    places: dict[str, list[int]] = {}
    for box, first, size in rows(story, select(receipt_group.c.mailbox, receipt_group.c.first, receipt_group.c.count)):
        places.setdefault(box, []).extend(range(first, first + size))
    assert all(sorted(taken) == list(range(1, len(taken) + 1)) for taken in places.values())
    return True


def accounts(story: StoryRunner) -> dict[str, Any]:
    """What the ledgers say: allowances by person, stock by line, guarantees by guarantor; nothing of what is nil."""
    return {
        "allowance": {
            identity: (reserved, used)
            for identity, reserved, used in rows(
                story, select(allowance.c.identity, allowance.c.reserved, allowance.c.used)
            )
            if reserved or used
        },
        "stock": {
            (book, item): drawn
            for book, item, drawn in rows(
                story, select(account_book.c.ems_no, account_book.c.item_record_no, account_book.c.drawn)
            )
            if drawn
        },
        "guarantee": {
            code: (reserved, booked)
            for code, reserved, booked in rows(
                story, select(guarantee.c.assure_code, guarantee.c.reserved, guarantee.c.booked)
            )
            if reserved or booked
        },
    }


def due_to(story: StoryRunner) -> dict[str, Any]:
    """What they must say, added up from what each list holds and from the bills that wait to be collected."""
    used: Counter[str] = Counter()
    drawn: Counter[tuple[str, str]] = Counter()
    for held in (from_json(held) for (held,) in rows(story, select(declaration.c.held))):
        identity, _, value, how = held["allowance"]
        assert how == "used"
        used[identity] += value
        for book, item, quantity, _ in held.get("stock", ()):
            drawn[book, item] += quantity
    booked: Counter[str] = Counter()
    for code, assessment in rows(
        story, select(tax_bill.c.assure_code, tax_bill.c.assessment).where(tax_bill.c.state == "made")
    ):
        booked[code] += _assessed(assessment).total
    return {
        "allowance": {identity: (0, value) for identity, value in used.items() if value},
        "stock": {line: quantity for line, quantity in drawn.items() if quantity},
        "guarantee": {code: (0, total) for code, total in booked.items() if total},
    }


def nobody_waited_in_vain(story: StoryRunner) -> None:
    """All work is done, and PostgreSQL had to end nobody in a circle."""
    assert rows(story, select(delivery.c.state, delivery.c.attempts)) == []
    if story.window.engine.dialect.name == "postgresql":
        assert (
            rows(
                story,
                text(
                    "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database "
                    "WHERE datname = current_database()"
                ),
            )[0].deadlocks
            == 0
        )
