"""A fake of the refund desk's repository, and the papers of one company that are handled at desks on it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from itertools import count
from typing import Any

from declarations.documents import DOCUMENTS
from declarations.documents.extraction import line_class
from declarations.money import scaled_from_text
from declarations.refund import rates
from declarations.refund.rates import RefundRates
from gateways.desk import Desk
from gateways.gateway import Delivered
from gateways.records import FiledDocument
from gateways.refund.repository import (
    Claim,
    ClaimLine,
    Entry,
    ExchangePool,
    ExporterStanding,
    FilingCase,
    Invoice,
    InvoiceLineRow,
    Item,
    RefundAccount,
    RefundPaper,
    Returned,
)
from gateways.refund.topics import REFUND
from gateways.topics.shared import Decision, DocumentFiled
from schemas import catalogue
from tests.gateways.desks import DAY, by_id, desk_of, facts_of, filed, given

COMPANY, ITEM, LIST = "370296T001", "422720260000000001001", "42272026E000000001"
CODE, NAME, UNIT = "6109100010", "短袖衫", "011"
_load = cache(rates.load_rates)


class FakeRefunds:
    """The state of the refund desk in memory: one exported item of ten pieces, USD 129.00."""

    def __init__(self, **standing: Any) -> None:
        self.filed: dict[int, FiledDocument] = {}
        self.standing = ExporterStanding(
            COMPANY, **{"registered": True, "taxpayer_kind": "1", "refund_kind": "T", "dxp_id": "DXP1", **standing}
        )
        self.papers_on_file: dict[int, Invoice] = {}
        self.rows: dict[int, list[InvoiceLineRow]] = {}
        self.made: dict[int, Claim] = {}
        self.claim_lines: dict[int, list[ClaimLine]] = {}
        self.money: list[Entry] = []
        self.account = RefundAccount(COMPANY)
        self.exported = {ITEM: self.item(ITEM)}
        self.noted: dict[str, dict[date, int]] = {}
        self.pool = ExchangePool("S1", "USD", COMPANY)
        self.other_papers: dict[int, RefundPaper] = {}
        self.goods_back: list[Returned] = []
        self.filing: dict[int, FilingCase] = {}
        self._numbers = count(1)

    @staticmethod
    def item(number: str, **changes: Any) -> Item:
        values = {
            "item_no": number,
            "ebc_code": COMPANY,
            "trade_mode": "9610",
            "exported_on": "2026-10-15",
            "gcode": CODE,
            "unit": UNIT,
            "qty": scaled_from_text("10"),
            "unit2": "",
            "qty2": 0,
            "currency": "USD",
            "fob": scaled_from_text("129.00"),
            "pool": "S1",
        }
        return Item(**{**values, **changes})

    def documents(self, ids: Collection[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def companies(self, documents: Collection[int], claims: Collection[int]) -> set[str]:
        return {COMPANY}

    def standings(self, ebc_codes: Collection[str]) -> dict[str, ExporterStanding]:
        return dict.fromkeys(ebc_codes, self.standing)

    def rates(self) -> RefundRates:
        return _load()

    def new_id(self) -> int:
        return next(self._numbers)

    def notice_no(self, year: int) -> str:
        return f"T{year}{next(self._numbers):06}"

    def certificate_no(self, year: int) -> str:
        return f"Z{year}{next(self._numbers):06}"

    def invoices(self, keys: Collection[str]) -> dict[str, Invoice]:
        return {row.key: row for row in self.papers_on_file.values() if row.key in keys}

    def invoices_on_file(self, numbers: Collection[str]) -> dict[str, Invoice]:
        rows = self.papers_on_file.values()
        return {row.invoice_no: row for row in rows if row.invoice_no in numbers and row.state in {"accepted", "used"}}

    def invoices_by_id(self, ids: Collection[int]) -> dict[int, Invoice]:
        return by_id(self.papers_on_file, ids)

    def invoice_lines(self, invoice_ids: Collection[int]) -> dict[int, list[InvoiceLineRow]]:
        return {number: self.rows.get(number, []) for number in invoice_ids}

    def put_invoice(self, invoice: Invoice) -> None:
        self.papers_on_file[invoice.id] = invoice

    def put_invoice_lines(self, invoice_id: int, lines: Sequence[InvoiceLineRow]) -> None:
        self.rows[invoice_id] = list(lines)

    def use_invoice_line(self, line: InvoiceLineRow) -> None:
        """The row itself was changed."""

    def claims(self, ids: Collection[int]) -> dict[int, Claim]:
        return by_id(self.made, ids)

    def claims_by_key(self, keys: Collection[str]) -> dict[str, Claim]:
        return {row.key: row for row in self.made.values() if row.key in keys}

    def claims_waiting(self, ebc_codes: Collection[str], pools: Collection[str]) -> list[Claim]:
        return [row for row in self.made.values() if row.exchange not in {"", "collected"}]

    def claims_of_kind(self, ebc_code: str, kind: str) -> list[Claim]:
        return [row for row in self.made.values() if (row.ebc_code, row.kind) == (ebc_code, kind)]

    def claims_of_items(self, items: Collection[str]) -> set[int]:
        return {line.claim_id for lines in self.claim_lines.values() for line in lines if line.item_no in items}

    def put_claim(self, claim: Claim) -> None:
        claim.version += 1
        self.made[claim.id] = claim

    def lines(self, claim_ids: Collection[int]) -> dict[int, list[ClaimLine]]:
        return {number: self.claim_lines.get(number, []) for number in claim_ids}

    def put_lines(self, claim_id: int, lines: Sequence[ClaimLine]) -> None:
        self.claim_lines[claim_id] = list(lines)

    def repay_lines(self, lines: Collection[ClaimLine]) -> None:
        for line in lines:
            kept = self.claim_lines[line.claim_id]
            kept[[row.number for row in kept].index(line.number)] = line

    def entries(self, claim_ids: Collection[int]) -> dict[int, list[Entry]]:
        return {number: [row for row in self.money if row.claim_id == number] for number in claim_ids}

    def put_entry(self, entry: Entry) -> None:
        self.money.append(entry)

    def accounts(self, ebc_codes: Collection[str]) -> dict[str, RefundAccount]:
        return dict.fromkeys(ebc_codes, self.account)

    def put_account(self, account: RefundAccount) -> None:
        self.account = account

    def items(self, numbers: Collection[str]) -> dict[str, Item]:
        return by_id(self.exported, numbers)

    def put_item(self, item: Item) -> None:
        self.exported[item.item_no] = item

    def list_days(self, item_nos: Collection[str]) -> dict[str, dict[date, int]]:
        return {number: self.noted[number] for number in item_nos if number in self.noted}

    def pools(self, names: Collection[str]) -> dict[tuple[str, str], ExchangePool]:
        return {(self.pool.pool, self.pool.currency): self.pool} if self.pool.pool in names else {}

    def pools_of(self, entries: Collection[str], orders: Collection[str]) -> set[str]:
        return {self.pool.pool}

    def put_pool(self, pool: ExchangePool) -> None:
        self.pool = pool

    def papers(self, kind: str, keys: Collection[str]) -> dict[str, RefundPaper]:
        return {row.key: row for row in self.other_papers.values() if row.kind == kind and row.key in keys}

    def papers_of_lists(self, invt_nos: Collection[str]) -> dict[str, list[RefundPaper]]:
        return {number: [row for row in self.other_papers.values() if row.invt_no == number] for number in invt_nos}

    def put_paper(self, paper: RefundPaper) -> None:
        self.other_papers[paper.id] = paper

    def items_of_list(self, ebc_code: str, invt_no: str) -> set[str]:
        return {ITEM} if invt_no == LIST else set()

    def filing_cases(self, ids: Collection[int]) -> dict[int, FilingCase]:
        return by_id(self.filing, ids)

    def filing_cases_of(self, claim_ids: Collection[int]) -> dict[int, FilingCase]:
        return {row.claim_id: row for row in self.filing.values() if row.claim_id in claim_ids}

    def companies_of_filing(self, ids: Collection[int]) -> set[str]:
        return {COMPANY}

    def put_filing_case(self, case: FilingCase) -> None:
        self.filing[case.id] = case

    def returned(self, request_ids: Collection[int]) -> list[Returned]:
        return [row for row in self.goods_back if row.request_id in request_ids]


class TaxOffice:
    """The refund desk in a sandbox with some options: each batch is handled at a desk of its own, and what the desk
    sends to itself after it."""

    def __init__(self, day: date = DAY, standing: Any = None, seed: str = "seed", **options: Any) -> None:
        self.state = FakeRefunds(**(standing or {}))
        self.day, self.seed, self.options = day, seed, options
        self.given: set[str] = set()
        """The codes of all reasons that were given or kept."""

    def handle(self, topic: str, *payloads: Any) -> Desk[Any]:
        """Have payloads of a topic handled; gives the desk of that batch."""
        desk = desk_of(self.state, self.day, self.seed, **self.options)
        REFUND.handle([Delivered(topic, payload) for payload in payloads], desk)
        self.given |= given(desk) | self._kept()
        for route, sent in desk.answers.sends.items():
            if route.queue == REFUND.name:
                self.handle(route.topic, *sent)
        return desk

    def _kept(self) -> set[str]:
        """Reasons that stand in the calculations and conditions of claims, and with movements of money."""
        kept = {reason.rule for entry in self.state.money for reason in entry.reason}
        for claim in self.state.made.values():
            kept |= {reason.rule for reason in claim.reasons}
            kept |= {reason[0] for _, reasons in claim.working or () for reason in reasons}
            kept |= {condition[0] for *_, conditions in claim.conditions or () for condition in conditions}
        return kept

    def file(
        self, kind: str, number: str, lines: Sequence[dict[str, Any]], sender: str = "DXP1", **head: Any
    ) -> Desk[Any]:
        """A document of the company comes in; a number that came before is amended."""
        cls, key = DOCUMENTS[kind], f"{COMPANY}|{number}"
        before = [row for row in self.state.filed.values() if (row.kind, row.key) == (kind, key)]
        facts = facts_of(
            cls,
            **{"ebc_code": COMPANY, **({"cop_no": number} if "cop_no" in cls.__struct_fields__ else {}), **head},
            lines=tuple(facts_of(line_class(cls), **line) for line in lines),
        )
        paper = filed(kind, facts, key, order_no=COMPANY, mailboxes=sender, version=len(before) + 1)
        self.state.filed[paper.id] = paper
        return self.handle(catalogue.topic(kind), DocumentFiled(paper.id, COMPANY))

    def invoice(self, number: str = "FP1", lines: Sequence[dict[str, Any]] | None = None, **head: Any) -> Desk[Any]:
        """A purchase paper of ten pieces, 100.00 and 13.00 of tax."""
        values = {"invoice_no": number, "invoice_kind": "1", "invoice_date": "20260901", "usage": "1"}
        seller = {"seller_code": "91370211MA3CABCD12", "seller_name": "青岛服装厂", "contract_no": "HT1"}
        return self.file("vat_invoice", number, [bought()] if lines is None else lines, **{**values, **seller, **head})

    def claim(
        self, lines: Sequence[dict[str, Any]] | None = None, number: str = "TS1", kind: str = "T", **head: Any
    ) -> Desk[Any]:
        """A claim for ten pieces that were exported, with the paper by which they were bought."""
        amounts = ("output_vat", "input_vat", "credit_forward", "free_materials", "bonded_materials")
        values = {"period": "202611", "claim_kind": kind, **dict.fromkeys(amounts), **head}
        return self.file("refund_claim", number, [exported(), purchased()] if lines is None else lines, **values)

    def index(self, *papers: dict[str, Any], number: str = "BA1", claim_no: str = "TS1", **head: Any) -> Desk[Any]:
        """An index of filing documents comes in; without papers a complete one."""
        named = papers or (indexed("C"), indexed("T", 2))
        return self.file("filing_index", number, named, **{"claim_no": claim_no, **head})

    @property
    def filing(self) -> FilingCase:
        """The filing documents of the only claim that has any."""
        (case,) = self.state.filing.values()
        return case

    @property
    def last(self) -> Claim:
        """The claim that came last."""
        return self.state.made[max(self.state.made)]

    def decide(self, action: str, reason: str = "", **values: Any) -> Desk[Any]:
        """An officer decides about the claim that came last."""
        decision = Decision(self.last.id, 5, 0, action, reason, "officer", values)
        return self.handle("decision.refund_claim", decision)


def bought(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A line of a purchase paper."""
    amounts = {
        "qty": scaled_from_text("10"),
        "amount": scaled_from_text("100.00"),
        "tax_rate": scaled_from_text("0.13"),
        "tax": scaled_from_text("13.00"),
    }
    return {"gnum": number, "gcode": CODE, "gname": NAME, "unit": UNIT, **amounts, **changes}


def exported(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A line E of a claim."""
    line = {"gnum": number, "part": "E", "link_no": "L1", "item_no": ITEM, "gcode": CODE, "gname": NAME, "unit": UNIT}
    return {
        **line,
        "qty": scaled_from_text("10"),
        "currency": "USD",
        "amount": scaled_from_text("129.00"),
        "invoice_line": 0,
        **changes,
    }


def purchased(number: int = 2, **changes: Any) -> dict[str, Any]:
    """A line P of a claim."""
    line = {"gnum": number, "part": "P", "link_no": "L1", "gcode": CODE, "gname": NAME, "unit": UNIT}
    return {
        **line,
        "qty": scaled_from_text("10"),
        "amount": scaled_from_text("100.00"),
        "invoice_no": "FP1",
        "invoice_line": 1,
        **changes,
    }


def indexed(kind: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """A paper of an index; it concerns all exports of the claim."""
    return {"gnum": number, "paper_kind": kind, "paper_no": f"{kind}1", "export_no": "", "medium": "I", **changes}
