"""Tells of stock abroad: exports of 9810 that have left, what warehouses there tell, what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from declarations.money import amount_text
from single_window.cases.overseas.answers import OverseasCaseOut, ReconciliationDraftOut, StockOut
from single_window.cases.overseas.drafts import corrections_of, draft_message, drafts_of, repayment_message
from single_window.cases.overseas.queries import OVERSEAS_CASE_READER, OVERSEAS_ROWS, list_stock
from single_window.receipts.rows import Receipt, after, of_orders
from single_window.store.engine import reading
from single_window.store.tables import deadline
from tests.officers import act
from tests.stories.refunding import Refunding, bought, export, line, purchase
from tests.stories.story import StoryRunner, first_code, message_of
from tests.stories.summarising import MERCHANT, Summarising, inventory

Row = dict[str, str]
ZONES = {"DEU": ("HAM01", "Europe/Berlin"), "JPN": ("TYO01", "Asia/Tokyo"), "KOR": ("SEL01", "Asia/Seoul")}
CUSTOMS = {"DEU": "304", "JPN": "116", "KOR": "133"}
LEFT = date(2026, 9, 1)


def told(event: str, at: str, qty: str, **more: str) -> Row:
    """A line of a notice: goods SKU1, in pieces."""
    return {"event": event, "eventTime": at, "itemNo": "SKU1", "qty": qty, "unit": "011", **more}


@dataclass
class Overseas:
    """The stock abroad of a story's merchant."""

    story: StoryRunner
    number: int = field(default=0)

    @property
    def refunds(self) -> Refunding:
        self.number += 10
        return Refunding(self.story, 500 + self.number)

    def exported(
        self, qty: str = "100", country: str = "DEU", day: date = LEFT, fob: str = "1290.00", kinds: int = 1
    ) -> str:
        """A list of 9810 that has left on a day, of so many kinds of goods; gives the number of its first item."""
        self.number += 1
        goods = [line(kind, qty=qty, amount=fob, country=CUSTOMS[country]) for kind in range(1, kinds + 1)]
        listed = inventory(100 + self.number, *goods, mode="9810", country=CUSTOMS[country])
        return Summarising(self.story).closed([listed], day)[0] + "001"

    def exported_ahead(self, qty: str = "100", fob: str = "1290.00") -> str:
        """The same to Germany, claimed ahead of its sale; gives the number of its first item."""
        item = self.exported(qty, fob=fob)
        self.claimed_ahead(item, qty, fob, "600.00", "TS0")
        return item

    def notice(self, *lines: Row, country: str = "DEU", number: str = "", **head: str) -> bytes:
        """A notice of the warehouse of a country; without a number it is the next one."""
        self.number += 1
        warehouse, zone = ZONES[country]
        whole = {
            "appType": "1",
            "appTime": f"20261120{self.number:06d}",
            "warehouseCode": warehouse,
            "country": country,
            "ebcCode": MERCHANT.code,
            "noticeNo": number or f"N{self.number}",
            "part": "1",
            "parts": "1",
            "timeZone": zone,
            "asOf": "2026-11-20T04:00:00+01:00" if country == "DEU" else "2026-11-20T12:00:00+09:00",
            **({"eprNo": "DE1234567890123"} if country == "DEU" else {}),
            **head,
        }
        numbered = [{"gnum": str(place), **told} for place, told in enumerate(lines, 1)]
        return message_of(MERCHANT, "OverseasStockNotice", whole, numbered)

    def tell(self, *lines: Row, country: str = "DEU", number: str = "", **head: str) -> tuple[str, str]:
        """Send a notice; gives the status and the first code of its answer."""
        sent = self.notice(*lines, country=country, number=number, **head)
        self.story.submit(sent)
        return self.answers(number or f"N{self.number}")[-1]

    def evidence(self, *lines: Row, number: str = "PZ1", app_type: str = "1") -> tuple[str, str]:
        """Send vouchers of sales; gives the answer."""
        self.number += 1
        head = {"appType": app_type, "appTime": f"20261120{self.number:06d}", "ebcCode": MERCHANT.code}
        head |= {"copNo": number, "warehouseCode": "HAM01"}
        numbered = [{"gnum": str(place), **told} for place, told in enumerate(lines, 1)]
        self.story.submit(message_of(MERCHANT, "OverseasSaleEvidence", head, numbered))
        return self.answers(number)[-1]

    def decide(self, case_no: str, action: str, reason: str = "测试") -> None:
        """Let an officer decide about a case."""
        act(self.story.window, self.story.sandbox, case_no, action, reason, about="overseas_case")
        self.story.window.settle()

    # what came of it

    def receipts(self, number: str) -> list[Receipt]:
        """The receipts about a number, in the order of their times."""
        return [receipt for _, receipt in self.story.read(of_orders, [number])]

    def answers(self, number: str) -> list[tuple[str, str]]:
        """Status and first code of the answers to a notice or to evidence."""
        return [
            (receipt.return_status, first_code(receipt))
            for receipt in self.receipts(number)
            if receipt.code.endswith("Return")
        ]

    def advices(self) -> list[Receipt]:
        """What the merchant was told about cases and drafts, in the order of times."""
        return [
            receipt
            for receipt in self.story.read(after, MERCHANT.dxp_id, 0, 10_000)
            if receipt.code == "OverseasStockAdvice"
        ]

    def told_drafts(self) -> list[str]:
        """The quantities sold that advices about drafts have named."""
        return [advice.fields["soldQty"] for advice in self.advices() if advice.fields["adviceKind"] == "D"]

    def days_waiting(self) -> int:
        """The deadlines of daily looks that are open."""
        chosen = select(deadline.c.id).where(deadline.c.kind == "deadline.overseas_day", deadline.c.state == "open")
        return len(self.story.rows(chosen))

    def words(self, number: str) -> str:
        """The words of the last answer to a notice."""
        return self.receipts(number)[-1].text_in("en")

    def stock(self) -> dict[tuple[str, str], StockOut]:
        """What is on hand, by warehouse and lot."""
        rows: Sequence[StockOut] = self.story.read(list_stock, "", 500)
        return {(row.warehouse_code, row.lot): row for row in rows}

    def on_hand(self) -> Mapping[tuple[str, str], str]:
        return {key: row.on_hand for key, row in self.stock().items()}

    def cases(self, *states: str) -> list[tuple[str, str, str]]:
        """Kind, state and first code of each case, oldest first."""
        rows = self.story.read(OVERSEAS_ROWS.newest)
        return [
            (case.kind, case.state, case.reasons[0].rule)
            for case in reversed(rows)
            if not states or case.state in states
        ]

    def case(self, kind: str) -> OverseasCaseOut:
        """The newest case of a kind, with its evidence."""
        row = next(case for case in self.story.read(OVERSEAS_ROWS.newest) if case.kind == kind)
        shown: Any = self.story.read(OVERSEAS_CASE_READER.show, row.case_no)
        return shown

    def drafts(self) -> Sequence[ReconciliationDraftOut]:
        """The drafts of the merchant's reconciliations."""
        drafts: Sequence[ReconciliationDraftOut] = self.story.read(drafts_of, MERCHANT.code)
        return drafts

    def corrections(self) -> list[tuple[str, ...]]:
        """Claim, item, refunded, sold and difference of what notices say since of refunded items."""
        return [
            (one.claim_no, one.item_no, *map(amount_text, (one.refunded, one.sold, one.difference)))
            for one in self.story.read(corrections_of, MERCHANT.code)
        ]

    def repayment_sent(self, claim: str) -> list[tuple[str, str]]:
        """Send the draft of the repayment of a claim as it is; gives the answers to it."""
        with reading(self.story.window.engine) as connection:
            kept = [one for one in corrections_of(connection, self.story.sandbox, MERCHANT.code) if one.to_repay]
            body = repayment_message(connection, self.story.sandbox, MERCHANT.code, claim, kept)
        self.story.submit(body)
        return [
            answer
            for answer in self.answers(body.decode().partition("copNo>")[2].partition("<")[0])
            if answer[0] != "2"
        ]

    def draft_sent(self, claim: str = "TS2") -> list[tuple[str, str]]:
        """Send the draft of a claim as it is; gives the answers to it."""
        with reading(self.story.window.engine) as connection:
            (draft,) = drafts_of(connection, self.story.sandbox, MERCHANT.code, claim)
            body = draft_message(connection, self.story.sandbox, draft)
        self.story.submit(body)
        number = body.decode().partition("copNo>")[2].partition("<")[0]
        return self.answers(number)

    # the claim ahead of sale

    def claimed_ahead(self, item_no: str, qty: str, fob: str, cost: str, claim: str = "TS2") -> None:
        """Claim an item ahead of its sale."""
        self._claimed(item_no, qty, fob, cost, claim, "0", business="HWC-YT")

    def claimed_sold(self, item_no: str, qty: str, fob: str, cost: str, claim: str) -> tuple[str, str]:
        """Claim an item after its sale; gives the answer."""
        return self._claimed(item_no, qty, fob, cost, claim, "1")

    def _claimed(
        self, item_no: str, qty: str, fob: str, cost: str, claim: str, sale_state: str, **head: str
    ) -> tuple[str, str]:
        refunds = self.refunds
        self.story.submit(refunds.paper(f"FP{claim}", lines=[bought(1, qty, cost)]))
        lines = [export(item_no, 1, "L1", qty, fob, saleState=sale_state), purchase(f"FP{claim}", 2, "L1", qty, cost)]
        self.story.submit(refunds.claim(lines, claim, **head))
        return refunds.answers(claim)[-1]

    def paid(self, *claims: str) -> None:
        """Let claims be paid."""
        refunds = self.refunds
        refunds.reviewed(40)
        for claim in claims:
            if refunds.claim_row(claim).state == "in_review":
                refunds.act("approve", claim)
            assert refunds.claim_row(claim).state == "paid", refunds.claim_row(claim).reasons

    def pre_refunded(self, item_no: str, qty: str, fob: str, cost: str, claim: str = "TS2") -> None:
        """Claim an item ahead of its sale, and let the claim be paid."""
        self.claimed_ahead(item_no, qty, fob, cost, claim)
        self.paid(claim)
