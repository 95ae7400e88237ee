"""Tells of summaries: closed lists of a merchant, requests for them, results as their agent fetches them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from lxml import etree
from sqlalchemy import select

from declarations.calendar import instant_of
from declarations.documents import ExportInventory, ExportInventoryLine
from declarations.money import scaled_from_text
from gateways.customs.summaries.repository import MadeDeclaration, Summary
from simulators.draws import guid
from single_window.cases.summaries import due as months
from single_window.cases.summaries import queries as summaries
from single_window.cases.summaries.answers import DueOut, WhereOut
from single_window.receipts import rows as receipts
from single_window.store.engine import reading
from single_window.store.tables import declaration, timeline
from tests.databases import fetch, read_by
from tests.stories.story import WORLD, Driver, StoryRunner, message_of, parties
from tools.bench.closed_lists import file_closed_lists

AGENT, MERCHANT = WORLD.agents[0], WORLD.merchants[0]
OFFICE = "4227"


def line(
    gnum: int = 1,
    gcode: str = "6109100010",
    currency: str = "502",
    qty: str = "2",
    amount: str = "25.80",
    country: str = "133",
    unit: str = "011",
) -> ExportInventoryLine:
    """A line of goods of a list."""
    return ExportInventoryLine(
        gnum=gnum,
        item_no=f"SKU{gnum}",
        item_record_no="",
        item_name="短袖衫",
        gcode=gcode,
        gname="短袖衫",
        gmodel="棉",
        bar_code="无",
        country=country,
        currency=currency,
        qty=scaled_from_text(qty),
        qty1=scaled_from_text(qty),
        qty2=None,
        unit=unit,
        unit1=unit,
        unit2="",
        price=scaled_from_text("12.90"),
        total_price=scaled_from_text(amount),
    )


def inventory(
    number: int,
    *lines: ExportInventoryLine,
    country: str = "133",
    port: str = OFFICE,
    kg: str = "0.36",
    mode: str = "9610",
    flag: str = "B",
    merchant: str = MERCHANT.code,
) -> ExportInventory:
    """An export list as its document has it."""
    values: dict[str, Any] = {name: "" for name in ExportInventory.__struct_fields__}
    return ExportInventory(
        **{
            **values,
            "guid": guid("summary", str(number)),
            "customs_code": OFFICE,
            "order_no": f"SM{number:09d}",
            "ebp_code": WORLD.platforms[0].code,
            "logistics_code": WORLD.carriers[0].code,
            "logistics_no": f"SW{number:09d}",
            "cop_no": f"SC{number:09d}",
            "ie_flag": "E",
            "port_code": port,
            "statistics_flag": flag,
            "agent_code": AGENT.code,
            "ebc_code": merchant,
            "owner_code": merchant,
            "trade_mode": mode,
            "traf_mode": "2",
            "country": country,
            "freight": 0,
            "insured_fee": 0,
            "pack_no": 1,
            "gross_weight": scaled_from_text(kg),
            "net_weight": scaled_from_text(kg),
            "lines": lines or (line(),),
        }
    )


@dataclass
class Summarising(Driver):
    """The summaries of a story."""

    story: StoryRunner
    clock: int = field(default=0)

    def closed(self, inventories: Iterable[ExportInventory], day: date = date(2026, 11, 10)) -> list[str]:
        """File lists as closed on a day; gives their numbers, in order."""
        inventories = list(inventories)
        file_closed_lists(self.story.window, self.story.sandbox, inventories, instant_of(day, 10))
        known = dict(
            fetch(
                self.story.window.engine,
                select(declaration.c.order_no, declaration.c.invt_no).where(
                    declaration.c.sandbox == self.story.sandbox
                ),
            ).all()
        )
        return [known[declared.order_no] for declared in inventories]

    def request(
        self,
        numbers: Sequence[str] = (),
        cop_no: str = "HZ1",
        part: int = 1,
        parts: int = 1,
        app_type: str = "1",
        **changes: str,
    ) -> bytes:
        """One part of a 701 for lists, or with startTime and endTime for a period."""
        self.clock += 1
        sent = {"appType": app_type, "appTime": f"20261120{self.clock:06d}", "appStatus": "2"}
        named = parties(agent=AGENT, ebc=MERCHANT, declAgent=AGENT)
        wanted = {"customsCode": OFFICE, "copNo": cop_no, "summaryFlag": "1", "itemNameFlag": "0"}
        head = {**sent, **named, **wanted, "msgCount": str(parts), "msgSeqNo": str(part), **changes}
        return message_of(AGENT, "701", head, [{"invtNo": number} for number in numbers], "dummy")

    def month(self, cop_no: str = "HZ1", month: str = "202611", **changes: str) -> bytes:
        """A 701 for a month."""
        return self.request(cop_no=cop_no, startTime=f"{month}01000000", endTime=f"{month}30235959", **changes)

    def answers(self, cop_no: str = "HZ1") -> list[tuple[str, str]]:
        """Status and rule of each 702, in the order of their times."""
        rows = self.story.read(receipts.of_orders, [cop_no])
        return [(receipt.return_status, receipt.rule) for _, receipt in rows if receipt.code == "702"]

    def summary(self, number: str = "HZ1") -> Summary:
        """A summary as it stands."""
        summary = self.story.read(summaries.find_summary, number)
        assert summary is not None
        return summary

    def made(self, number: str = "HZ1") -> list[MadeDeclaration]:
        """Its declarations."""
        return read_by(self.story.window.engine, summaries.list_declarations, self.summary(number).id, limit=100_000)

    def history(self, number: str = "HZ1") -> list[str]:
        """What its timeline says happened."""
        return [event.event for event in self.story.read(summaries.history, self.summary(number))]

    def rules(self, number: str = "HZ1") -> list[str]:
        """The codes of what its timeline says."""
        return [
            reason.rule
            for event in self.story.read(summaries.history, self.summary(number))
            for reason in event.reasons
        ]

    def standing(self, invt_no: str) -> WhereOut:
        """Where a list stands."""
        standing = self.story.read(summaries.find_list, invt_no, self.story.window.parameters)
        assert standing is not None
        return standing

    def due(self) -> list[DueOut]:
        """Months that wait."""
        window = self.story.window
        return read_by(
            window.engine, months.months_due, self.story.sandbox, window.now(self.story.sandbox), window.parameters
        )

    def overdue(self) -> list[tuple[str, str]]:
        """What was said about months of the merchant, each with its first code."""
        window = self.story.window
        rows = fetch(
            window.engine,
            select(timeline.c.event, timeline.c.reasons).where(
                timeline.c.sandbox == self.story.sandbox, timeline.c.kind == "summary_month"
            ),
        )
        return [(event, msgspec.json.decode(reasons)[0][0]) for event, reasons in rows]

    def results(self) -> list[dict[str, Any]]:
        """Every 792 that the agent fetches: the texts of its head by element, its lists under "lists"."""
        window, results = self.story.window, []
        with reading(window.engine) as connection:
            rows = receipts.after(connection, self.story.sandbox, AGENT.dxp_id, 0, 100_000)
            for message in receipts.render(connection, [row for row in rows if row.code == "792"]):
                for result in etree.fromstring(message.body).iter("{*}SummaryResult"):
                    head = {etree.QName(row).localname: row.text for row in result.find("{*}SummaryResultHead")}
                    lists = [
                        {etree.QName(element).localname: element.text for element in row}
                        for row in result.iter("{*}SummaryResultList")
                    ]
                    results.append({**head, "lists": lists})
        return results
