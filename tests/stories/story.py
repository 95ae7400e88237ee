"""Runs stories in a window: sends documents of synthetic trades, lets time pass, reads the receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from declarations.calendar import DAY, HOUR, instant_of
from gateways.agencies import ROUTES
from gateways.circumstances import Options
from schemas.message import Transfer
from schemas.writing import write
from simulators.draws import guid
from simulators.imports.shop import Shop
from simulators.imports.trade import CODES, Document, ImportTrade
from simulators.imports.traffic import faulty_trade, trades
from simulators.known_faults import known_fault
from simulators.world import World
from single_window.accounts.people import Person
from single_window.clock import Clock
from single_window.frame.deciding import Filed
from single_window.intake.admission import AdmissionAnswer
from single_window.master_data import importing as masterdata
from single_window.receipts.rows import Receipt, of_orders
from single_window.settings import Settings
from single_window.store.gateway_results import write_sends
from single_window.store.numbering import ROWS
from single_window.store.tables import allowance, declaration, delivery, guarantee, tax_bill, timeline
from single_window.wiring import Window
from tests.databases import fetch, kept_folder, made_data, read_by, write_by
from tests.officers import TESTER, act

TODAY = date(2026, 11, 20)
NOON = instant_of(TODAY, 12)
KINDS = ("order", "payment", "waybill", "inventory")
WORLD = World(7)


@lru_cache(4_096)
def trade_of(number: int, mode: str, fault: str) -> ImportTrade:
    """A trade of the stories, which nobody changes: many stories look through the same ones for one that fits."""
    if fault:
        return faulty_trade(Shop(WORLD, 3, TODAY, {mode: 1}), number, known_fault("import", fault))
    return next(iter(trades(WORLD, 1, seed=3, day=TODAY, fault_share=0, modes={mode: 1}, first=number)))


class StoryRunner:
    """One sandbox of a window, with a virtual clock that stands still at noon.

    One that the window has already, such as a copy of `story_database`, is taken as it is, but with these options.
    """

    def __init__(self, window: Window, sandbox: str = "story", **options: object) -> None:
        self.window, self.sandbox = window, sandbox
        chosen = Options(**{"inspection": False, **options})  # type: ignore[arg-type]
        clock = Clock("virtual", NOON, 0, 0)  # type: ignore[arg-type]
        if window.make_sandbox(sandbox, chosen, seed="story", clock=clock):
            for kind in ("participants", "guarantees", "stock"):
                masterdata.import_csv(window, sandbox, kind, getattr(WORLD, f"{kind}_csv")())
        elif options:
            window.set_options(sandbox, **options)

    # what is sent

    def trade(self, number: int = 0, mode: str = "9610", fault: str = "") -> ImportTrade:
        """A synthetic trade, sound or with a known fault."""
        return trade_of(number, mode, fault)

    def send(self, trade: ImportTrade, *kinds: str, **changes: str | None) -> list[AdmissionAnswer]:
        """Send documents of a trade, one message each, and let the window work; `changes` alter their heads
        (None leaves an element out)."""
        admitted = self.file(*[self.message(trade, kind, **changes) for kind in kinds or KINDS])
        self.window.settle()
        return admitted

    def message(self, trade: ImportTrade, kind: str, **changes: str | None) -> bytes:
        """One document as a message of its own."""
        document = trade.document(kind)
        assert isinstance(document, Document)
        head = {**document.head, **changes}
        sender = trade.parties.sender(kind)
        return write(
            CODES[kind],
            [(head, document.lines)],
            guid=guid(head["guid"], "message", head["appTime"], *changes),
            transfer=Transfer(sender.code, sender.name, "DXP", sender.dxp_id),
            signature="dummy",
        )

    def file(self, *bodies: bytes) -> list[AdmissionAnswer]:
        """Admit messages without working on them."""
        return [admission for group in self.window.receive(self.sandbox, bodies) for admission in group]

    def submit(self, *bodies: bytes) -> list[AdmissionAnswer]:
        """Admit messages and let the window work."""
        admitted = self.file(*bodies)
        self.window.settle()
        return admitted

    def pass_time(self, *, hours: int = 0, days: int = 0) -> None:
        """Let virtual time pass, deadline by deadline."""
        self.window.advance(self.sandbox, self.window.now(self.sandbox) + hours * HOUR + days * DAY)

    def decide(
        self, about: str | ImportTrade, action: str, reason: str = "测试", officer: Person = TESTER, **values: object
    ) -> Filed:
        """File what an officer decides about the list of a trade, or what a number names, and let the window work."""
        number = about if isinstance(about, str) else about.id
        filed = act(self.window, self.sandbox, number, action, reason, officer, **values)  # type: ignore[arg-type]
        self.window.settle()
        return filed

    # what came of it

    def receipts(self, trade: ImportTrade, kind: str = "inventory") -> list[Receipt]:
        """All receipts about a kind of document of a trade, in the order of their times."""
        receipts = read_by(self.window.engine, of_orders, self.sandbox, [trade.id])
        return [receipt for _, receipt in receipts if receipt.kind == kind]

    def statuses(self, trade: ImportTrade, kind: str = "inventory") -> list[str]:
        """The statuses of these receipts."""
        return [receipt.return_status for receipt in self.receipts(trade, kind)]

    def rows(self, statement: Any) -> Sequence[Row[Any]]:
        """What a statement finds in the database."""
        return fetch(self.window.engine, statement).all()

    def read(self, query: Callable[..., Any], *values: Any, **named: Any) -> Any:
        """What a query of the program gives for this sandbox."""
        return read_by(self.window.engine, query, self.sandbox, *values, **named)

    def waiting(self, **where: str) -> list[int]:
        """The ids of the deliveries, such as those of a topic or a queue, that are not done yet."""
        chosen = select(delivery.c.id).filter_by(**where).where(delivery.c.state != "done").order_by(delivery.c.id)
        return [number for (number,) in self.rows(chosen)]

    def timeline(self, trade: ImportTrade) -> Sequence[Row[Any]]:
        """What was noted about a trade, oldest first."""
        mine = select(timeline).filter_by(sandbox=self.sandbox, order_no=trade.id)
        return self.rows(mine.order_by(timeline.c.id))

    def state(self, trade: ImportTrade) -> str:
        """The state of the trade's declaration; empty: there is none."""
        return str(self.column(trade, "state") or "")

    def column(self, trade: ImportTrade, name: str) -> object:
        """A column of the trade's declaration."""
        found = self.rows(select(declaration.c[name]).filter_by(sandbox=self.sandbox, order_no=trade.id))
        return found[0][0] if found else None

    def used_allowance(self, trade: ImportTrade) -> tuple[int, int]:
        """What the buyer of a trade has reserved and used this year."""
        buyer = trade.document("inventory").head["buyerIdNumber"]
        found = self.rows(select(allowance).filter_by(sandbox=self.sandbox, identity=buyer))
        return (found[0].reserved, found[0].used) if found else (0, 0)

    def bills(self, trade: ImportTrade) -> list[tuple[str, str]]:
        """Number and state of each tax bill of a trade, oldest first."""
        mine = select(tax_bill).filter_by(sandbox=self.sandbox, order_no=trade.id).order_by(tax_bill.c.sequence)
        return [(bill.tax_no.rpartition("_")[2], bill.state) for bill in self.rows(mine)]

    def guarantee_of(self, trade: ImportTrade) -> tuple[int, int]:
        """What is reserved and booked against the trade's guarantor."""
        code = trade.document("inventory").head["assureCode"]
        found = self.rows(select(guarantee).filter_by(sandbox=self.sandbox, assure_code=code))
        return (found[0].reserved, found[0].booked) if found else (0, 0)


@cache
def story_database() -> Path:
    """A SQLite database in which a story can begin: its sandbox and its companies are there, and nothing else."""
    folder = kept_folder()
    made_data(folder)
    window = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    StoryRunner(window)
    window.close()
    return folder / "window.sqlite3"


def parties(**companies: Any) -> dict[str, str]:
    """The elements that name companies: code and name of each, by its role."""
    return {
        name: value
        for role, company in companies.items()
        for name, value in ((f"{role}Code", company.code), (f"{role}Name", company.name))
    }


def message_of(
    sender: Any,
    code: str,
    head: Mapping[str, str],
    lines: Sequence[Mapping[str, str]] = (),
    signature: str | None = None,
) -> bytes:
    """One document as a message of a company; its guids follow from what it says."""
    head = {"guid": guid(code, *map(str, head.values())).upper(), **head}
    transfer = Transfer(sender.code, sender.name, "DXP", sender.dxp_id)
    own = guid(head["guid"], "message").upper()
    return write(code, [(head, list(lines))], guid=own, transfer=transfer, signature=signature)


class Driver:
    """What the drivers of one gateway have in common; they send documents through `story`."""

    story: StoryRunner

    def deliver(self, topic: str, item: list[Any]) -> None:
        """Deliver an event to a gateway, or once more one that it had before."""
        window = self.story.window
        window.numbering.ensure(ROWS, "row", 1)
        write_by(window.engine, write_sends, window.numbering, self.story.sandbox, {ROUTES.by_topic[topic]: [item]}, 0)
        window.settle()


def outcome(receipts: Iterable[Receipt]) -> list[tuple[str, str]]:
    """Status and rule of each receipt: what must be the same however things came about."""
    return [(receipt.return_status, receipt.rule) for receipt in receipts]


def first_code(receipt: Receipt) -> str:
    """The code that a receipt names first: of several reasons it says all, each with its own."""
    return receipt.info.partition("[Code:")[2][:5] if receipt.rule == "refusals" else receipt.rule
