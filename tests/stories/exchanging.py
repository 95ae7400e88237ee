"""Tells of foreign exchange: export orders of a merchant, reports of a bank, what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import select

from declarations.money import amount_text
from gateways.forex.repository import FiledReport, Leg
from single_window.cases.exchange import queries as forex
from single_window.master_data import importing as masterdata
from single_window.receipts import rows as receipts
from single_window.store.tables import delivery, forex_leg, forex_total
from tests.databases import fetch, read_by
from tests.officers import TESTER, act
from tests.stories.exporting import Sale, message
from tests.stories.story import WORLD, Driver, StoryRunner, first_code, message_of, parties

BANK, MERCHANT = WORLD.payment_providers[0], WORLD.merchants[0]
DIRECTORY = "code,class,registered,quota\n{},{},2013-01-01,0\n"
Row = dict[str, str]


def leg(order: str = "", amount: str = "34.80", gnum: int = 1, **changes: str) -> Row:
    """A leg for goods of an order; another one by `legKind`."""
    return {
        "gnum": str(gnum),
        "legKind": "1",
        "transCode": "122030",
        "orderNo": order,
        "counterparty": "Kim",
        "country": "KOR",
        "currency": "USD",
        "amount": amount,
        "legTime": "20261120090000",
        **changes,
    }


def cost(amount: str, gnum: int = 2, **changes: str) -> Row:
    """A leg for a cost."""
    return leg("", amount, gnum, **{"legKind": "2", "transCode": "222014", "counterparty": "Depot", **changes})


@dataclass
class Exchanging(Driver):
    """The foreign exchange of a story, whose merchant is in the directory with class A unless given otherwise."""

    story: StoryRunner
    forex_class: str = "A"
    clock: int = field(default=0)

    def __post_init__(self) -> None:
        if self.forex_class:
            masterdata.import_csv(
                self.story.window,
                self.story.sandbox,
                "forex_enterprises",
                DIRECTORY.format(MERCHANT.code, self.forex_class),
            )

    def sold(self, *numbers: int, value: str = "25.80") -> list[str]:
        """File export orders worth `value` and 9.00 of freight; gives their numbers."""
        sales, messages = [Sale(number) for number in numbers], []
        for sale in sales:
            head, lines = sale._export_order()
            sent = {"appType": "1", "appTime": "20261120000000", "appStatus": "2"}
            messages.append(
                message(
                    "export_order",
                    {**sent, **head, "goodsValue": value},
                    [{**lines[0], "qty": "1", "price": value, "totalPrice": value}],
                )
            )
        self.story.submit(*messages)
        return [sale.id for sale in sales]

    def message(self, *legs: Row, cop_no: str = "SH1", **changes: str) -> bytes:
        """A report of these legs; gross ones add up."""
        self.clock += 1
        total = sum(float(row["amount"]) for row in legs)
        sent = {"appType": "1", "appTime": f"20261120{self.clock:06d}", "copNo": cop_no}
        named = parties(reporter=BANK, ebc=MERCHANT)
        flow = {"direction": "1", "settlement": "1", "currency": "USD", "amount": f"{total:.2f}"}
        return message_of(
            BANK, "ForexReport", {**sent, **named, **flow, "valueTime": "20261120100000", **changes}, legs
        )

    def reports(self, *legs: Row, cop_no: str = "SH1", **changes: str) -> list[tuple[str, str]]:
        """Send a report and let the window work; gives its answers."""
        self.story.submit(self.message(*legs, cop_no=cop_no, **changes))
        return self.answers(cop_no)

    def answers(self, cop_no: str = "SH1") -> list[tuple[str, str]]:
        """Status and rule of each receipt about a report, in the order of their times."""
        rows = self.story.read(receipts.of_orders, [cop_no])
        return [
            (receipt.return_status, first_code(receipt)) for _, receipt in rows if receipt.code == "ForexReportReturn"
        ]

    def report(self, cop_no: str = "SH1") -> FiledReport:
        """A report as it stands."""
        report = self.story.read(forex.find_report, cop_no)
        assert report is not None
        return report

    def legs(self, cop_no: str = "SH1") -> list[Leg]:
        """Its legs."""
        return read_by(self.story.window.engine, forex.list_legs, self.report(cop_no))

    def history(self, cop_no: str = "SH1") -> list[tuple[str, list[str]]]:
        """What its history says, with the codes of the reasons."""
        return [
            (line.event, [reason.rule for reason in line.reasons])
            for line in self.story.read(forex.history, self.report(cop_no))
        ]

    def act(self, action: str, cop_no: str = "SH1", why: str = "") -> None:
        """What an officer of the bank decides."""
        act(self.story.window, self.story.sandbox, cop_no, action, why, TESTER, about="forex_report")
        self.story.window.settle()

    def years(self) -> list[tuple[int, str, str, int]]:
        """The merchant's totals."""
        years = self.story.read(forex.list_years, MERCHANT.code)
        return [(year.year, year.direction, amount_text(year.usd), year.count) for year in years]

    def balanced(self) -> bool:
        """Whether the totals are what the legs that count add up to."""
        legs = fetch(
            self.story.window.engine,
            select(forex_leg.c.direction, forex_leg.c.usd).where(
                forex_leg.c.sandbox == self.story.sandbox, forex_leg.c.state.in_(["in_review", "booked"])
            ),
        ).all()
        totals = fetch(
            self.story.window.engine,
            select(forex_total.c.direction, forex_total.c.usd).where(forex_total.c.sandbox == self.story.sandbox),
        ).all()
        return {way: sum(usd for of, usd in legs if of == way) for way in "12"} == {
            way: sum(usd for of, usd in totals if of == way) for way in "12"
        }

    def collected(self) -> list[Sequence[Any]]:
        """The items of `exchange.collected` for the refund desk, in order."""
        rows = fetch(
            self.story.window.engine,
            select(delivery.c.payload)
            .where(delivery.c.sandbox == self.story.sandbox, delivery.c.topic == "exchange.collected")
            .order_by(delivery.c.id),
        ).scalars()
        return [item for payload in rows for item in msgspec.json.decode(payload)]
