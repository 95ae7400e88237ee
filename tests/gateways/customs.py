"""A fake of customs' repository, and what customs handles at desks on it: the clean trade of the specifications."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from types import MappingProxyType
from typing import Any

from declarations.allowance import Allowance
from declarations.korea.draw import KoreaStanding
from gateways.customs.book_movements import BookMovement
from gateways.customs.lists import logistics_key_of
from gateways.customs.marks import Mark
from gateways.customs.repository import BookLine, CustomsCompany, Declaration, ParcelRecord, Request
from gateways.customs.topics import CUSTOMS
from gateways.desk import Desk
from gateways.gateway import Delivered
from gateways.holds import Held, Hold, LiftedHold
from gateways.records import DeadlineDraft, FiledDocument
from gateways.topics.shared import Decision, DocumentFiled
from schemas import catalogue
from tests.gateways.customs_desks import FakeBatches, FakeSummaries
from tests.gateways.desks import DAY, by_id, desk_of, filed, given
from tests.law.clean_documents import document


class FakeCustoms(FakeBatches, FakeSummaries):
    """The state of customs in memory."""

    def __init__(self, *companies: CustomsCompany) -> None:
        FakeBatches.__init__(self)
        FakeSummaries.__init__(self)
        self.filed: dict[int, FiledDocument] = {}
        self.rows: dict[int, Declaration] = {}
        self.asked: dict[int, Request] = {}
        self.left: dict[str, set[Mark]] = {}
        self.registered = {company.code: company for company in companies}
        self.taken: dict[tuple[str, int], Allowance] = {}
        self.counted: dict[tuple[str, int], dict[str, int]] = {}
        self.books: dict[tuple[str, str], BookLine] = {}
        self.movements: list[BookMovement] = []
        self.known: dict[str, ParcelRecord] = {}
        self.differing: dict[int, Sequence[int]] = {}
        self._numbers = count(1)

    def orders(self, kind: str, values: Sequence[Any]) -> set[str]:
        field = {"declaration": "id", "parcel": "logistics_key"}.get(kind, kind)
        return {row.order_no for row in self.rows.values() if getattr(row, field) in values}

    def filed_at(self, order_nos: Sequence[str], kinds: Sequence[str]) -> list[FiledDocument]:
        return [row for row in self.filed.values() if row.order_no in order_nos and row.kind in kinds]

    def marks_at(self, order_nos: Sequence[str]) -> set[Mark]:
        return {mark for order_no in order_nos for mark in self.marks(order_no)}

    def lock(self, order_nos: Sequence[str]) -> None:
        """Nobody else is there."""

    def load_meetings(self, order_nos: Sequence[str]) -> dict[str, list[FiledDocument]]:
        here = {order_no: self.filed_at([order_no], list(catalogue.handled())) for order_no in order_nos}
        return {order_no: rows for order_no, rows in here.items() if rows}

    def marks(self, order_no: str) -> set[Mark]:
        return self.left.get(order_no, set())

    def put_mark(self, order_no: str, mark: Mark) -> None:
        self.left.setdefault(order_no, set()).add(mark)

    def documents(self, ids: Sequence[int]) -> dict[int, FiledDocument]:
        return by_id(self.filed, ids)

    def declarations(self, ids: Sequence[int]) -> dict[int, Declaration]:
        return by_id(self.rows, ids)

    def found_differing(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        return by_id(self.differing, ids)

    def lists_in_review(self, cause: str, about: str, after: int, most: int) -> list[int]:
        waiting = [row for row in self.rows.values() if (row.state, row.review_cause) == ("in_review", cause)]
        named = [row.id for row in waiting if any(about in reason.values.values() for reason in row.reasons)]
        return sorted(number for number in named if number > after)[:most]

    def declarations_of(self, order_nos: Sequence[str]) -> list[Declaration]:
        return [row for row in self.rows.values() if row.order_no in order_nos]

    def papers(self, kind: str, keys: Sequence[str]) -> dict[str, FiledDocument]:
        return {row.key: row for row in self.filed.values() if row.kind == kind and row.key in keys}

    def declarations_by_key(self, keys: Sequence[str], flow: str = "I") -> dict[str, Declaration]:
        return {row.key: row for row in self.rows.values() if row.flow == flow and row.key in keys}

    def declarations_by_invt_no(self, numbers: Sequence[str]) -> dict[str, Declaration]:
        return {row.invt_no: row for row in self.rows.values() if row.invt_no in numbers}

    def declarations_by_parcel(self, logistics_keys: Sequence[str], flow: str = "I") -> dict[str, list[Declaration]]:
        mine = [row for row in self.rows.values() if row.flow == flow]
        return {key: [row for row in mine if row.logistics_key == key] for key in logistics_keys}

    def put_declaration(self, declaration: Declaration) -> None:
        declaration.version += 1
        self.rows[declaration.id] = declaration

    def new_id(self) -> int:
        return next(self._numbers)

    def list_no(self, customs_code: str, year: int, flow: str = "I") -> str:
        return f"{customs_code}{year}{flow}{next(self._numbers):09}"

    def intake_no(self, customs_code: str, now: int) -> str:
        return f"{customs_code}{next(self._numbers):09}"

    def companies(self, codes: Sequence[str]) -> dict[str, CustomsCompany]:
        return by_id(self.registered, codes)

    def persons(self, id_numbers: Sequence[str]) -> dict[str, str]:
        return {}

    def allowances(self, persons: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Allowance]:
        return {person: self.taken.get(person, Allowance(*person)) for person in persons}

    def put_allowance(self, line: Allowance) -> None:
        self.taken[line.identity, line.year] = line

    def caps(self, persons: Sequence[tuple[str, int]]) -> dict[tuple[str, int], dict[str, int]]:
        return {person: self.counted.setdefault(person, {}) for person in persons}

    def put_cap(self, identity: str, year: int, group: str, quantity: int) -> None:
        self.counted[identity, year][group] = quantity

    def book_lines(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], BookLine]:
        return by_id(self.books, keys)

    def put_book_movement(self, movement: BookMovement) -> None:
        self.movements.append(movement)

    def put_book_line(self, line: BookLine) -> None:
        self.books[line.ems_no, line.item_record_no] = line

    def requests(self, kind: str, keys: Sequence[str]) -> dict[str, Request]:
        return {row.key: row for row in self.asked.values() if row.kind == kind and row.key in keys}

    def requests_by_id(self, ids: Sequence[int]) -> dict[int, Request]:
        return by_id(self.asked, ids)

    def requests_of(self, declaration_ids: Sequence[int]) -> dict[int, list[Request]]:
        return {
            number: [row for row in self.asked.values() if row.declaration_id == number] for number in declaration_ids
        }

    def refund_settled(self, declaration_id: int) -> bool:
        return True

    def put_request(self, request: Request) -> None:
        request.version += 1
        self.asked[request.id] = request

    def korea_standing(self, company: str, parcel: str, day: date) -> KoreaStanding:
        return KoreaStanding("", None, "")

    def parcels(self, logistics_keys: Sequence[str]) -> dict[str, ParcelRecord]:
        return by_id(self.known, logistics_keys)

    def put_parcel(self, parcel: ParcelRecord) -> None:
        self.known[parcel.logistics_key] = parcel


class CustomsHouse:
    """Customs in a sandbox with some options: each batch is handled at a desk of its own, and what customs sends to
    itself after it."""

    def __init__(self, *companies: CustomsCompany, seed: str = "seed", day: date = DAY, **options: Any) -> None:
        self.state = FakeCustoms(*companies)
        self.seed, self.day, self.options = seed, day, {"inspection": False, **options}
        self.given: set[str] = set()
        """The codes of all reasons that were given."""
        self.deadlines: list[DeadlineDraft] = []
        """What customs has scheduled."""
        self.holds: dict[LiftedHold, Hold] = {}
        """What customs holds between batches."""

    def handle(self, topic: str, *payloads: Any) -> Desk[Any]:
        """Have payloads of a topic handled; gives the desk of that batch."""
        desk = desk_of(self.state, self.day, self.seed, **self.options)
        if self.holds:
            desk.circumstances = replace(desk.circumstances, held=self._held)
        CUSTOMS.handle([Delivered(topic, payload) for payload in payloads], desk)
        self.given |= given(desk)
        self.deadlines += desk.answers.deadlines
        self.holds = {key: hold for key, hold in self.holds.items() if key not in desk.answers.lifted}
        self.holds |= {LiftedHold(*hold[:3]): hold for hold in desk.answers.holds}
        for route, sent in desk.answers.sends.items():
            if route.queue == CUSTOMS.name:
                self.handle(route.topic, *sent)
        return desk

    def _held(self, kind: Held, keys: Collection[str]) -> dict[str, list[Hold]]:
        found: dict[str, list[Hold]] = {}
        for hold in self.holds.values():
            if hold.kind == kind and hold.key in keys:
                found.setdefault(hold.key, []).append(hold)
        return found

    def file(self, kind: str, place: str = "", key: str = "", lines: Any = None, **change: Any) -> Desk[Any]:
        """A document of the clean trade comes in, changed in some fields; `key` is its business key."""
        facts = document(kind, change, lines)
        if kind == "export_waybill":
            place = facts.logistics_no
        place = place or getattr(facts, "order_no", "") or f"{kind}-1"
        paper = filed(kind, facts, key or f"{kind}|1", order_no=place)
        self.state.filed[paper.id] = paper
        return self.handle(catalogue.topic(kind), DocumentFiled(paper.id, place))

    def imported(self, partners: Mapping[str, Mapping[str, Any]] = MappingProxyType({}), **change: Any) -> Desk[Any]:
        """The four documents of an import come in; `change` concerns the list. Gives the desk that decided."""
        waybill = logistics_key_of(document("inventory")), document("inventory").order_no
        self.file("order", **partners.get("order", {}))
        self.file("payment", **partners.get("payment", {}))
        self.file("waybill", waybill[1], waybill[0])
        return self.file("inventory", **change)

    def exported(self, partners: Mapping[str, Mapping[str, Any]] = MappingProxyType({}), **change: Any) -> Desk[Any]:
        """The four documents of an export come in; `change` concerns the list. Gives the desk that decided."""
        facts = document("export_inventory", change)
        key = f"{facts.ebc_code}|{facts.order_no}"
        self.file("export_order", facts.order_no, key, **partners.get("export_order", {}))
        self.file("collection", facts.order_no, key, **partners.get("collection", {}))
        self.file("export_waybill", key=logistics_key_of(facts))
        return self.file("export_inventory", key=key, **change)

    @property
    def declaration(self) -> Declaration:
        """The declaration of the list that came last."""
        return self.state.rows[max(self.state.rows)]

    def decide(self, action: str, reason: str = "") -> Desk[Any]:
        """An officer decides about the list that came last."""
        return self.handle("decision.declaration", Decision(self.declaration.id, 5, 0, action, reason, "officer", {}))
