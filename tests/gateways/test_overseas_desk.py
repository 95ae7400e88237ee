"""The gateway of stock abroad on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, get_args, get_type_hints

from declarations.calendar import instant_of
from declarations.documents import DOCUMENTS
from declarations.money import SCALE
from declarations.overseas.corrections import RefundedQuantity
from declarations.overseas.drafting import AheadLine
from declarations.overseas.moves import StockMove, Supply
from gateways.desk import Desk
from gateways.overseas.looking import handle_days
from gateways.overseas.papers import handle_evidence, handle_notices
from gateways.overseas.repository import AheadClaim, BookedNotice, Goods, OverseasCase, OverseasFile, StockRow
from gateways.records import FiledDocument
from gateways.topics.overseas import StockDayDue
from gateways.topics.shared import DocumentFiled
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

SKU: Goods = ("C", "SKU1")
ITEM = "425820260900000000001"
NOTICE = {
    "ebc_code": "C",
    "warehouse_code": "W",
    "notice_no": "N1",
    "country": "DEU",
    "time_zone": "Europe/Berlin",
    "as_of": "2026-11-20T05:00:00+01:00",
    "part": "1",
    "parts": "1",
    "epr_no": "DE1",
}
CAME_IN = {
    "gnum": "1",
    "event": "I",
    "event_time": "2026-10-20T08:00:00+02:00",
    "item_no": "SKU1",
    "qty": "100",
    "unit": "011",
    "ref": "R1",
}
SOLD = {**CAME_IN, "event": "S", "event_time": "2026-11-01T08:00:00+01:00", "qty": "1", "ref": "O1"}
MOVED_ON = {**SOLD, "event": "T", "ref": "T1", "to_warehouse": "W2"}


class StockAbroad:
    """The company C in memory, which has sent 100 pieces of SKU1 to Germany in September; its mailbox is DXP1."""

    def __init__(self) -> None:
        left = instant_of(date(2026, 9, 1))
        self.sent = {SKU: (Supply(ITEM, "SKU1", "DEU", 100 * SCALE, "011", left, True, 100 * SCALE),)}
        self.filed: dict[int, FiledDocument] = {}
        self.booked: dict[str, BookedNotice] = {}
        self.told: list[StockMove] = []
        self.rows: dict[str, StockRow] = {}
        self.kept: dict[int, OverseasCase] = {}
        self.claims: list[AheadClaim] = []
        self.refunded = [RefundedQuantity("C1", ITEM, 100 * SCALE, settled=False, reconciled=True)]
        self._ids = count(1)

    def files(self, codes: Collection[str]) -> Mapping[str, OverseasFile]:
        return {code: OverseasFile(code) for code in codes}

    def put_file(self, file: OverseasFile) -> None:
        """The file says nothing more here."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        return by_id({"C": "DXP1"}, codes)

    def supplies(self, codes: Collection[str], countries: Mapping[str, str]) -> Mapping[Goods, Sequence[Supply]]:
        return self.sent

    def ahead_claims(self, code: str, countries: Mapping[str, str]) -> Sequence[AheadClaim]:
        return self.claims

    def refunded_quantities(self, code: str) -> Sequence[RefundedQuantity]:
        return self.refunded

    def notices(self, keys: Collection[str]) -> Mapping[str, BookedNotice]:
        return by_id(self.booked, keys)

    def parts_of(self, numbers: Collection[tuple[str, str]]) -> Sequence[BookedNotice]:
        return [part for part in self.booked.values() if (part.warehouse_code, part.notice_no) in numbers]

    def goods_told(self, notice_ids: Collection[int]) -> Collection[Goods]:
        return {(move.ebc_code, move.sku) for move in self.told if move.notice_id in notice_ids}

    def put_notice(self, notice: BookedNotice) -> None:
        self.booked[notice.key] = notice

    def moves(self, goods: Collection[Goods]) -> Mapping[Goods, list[StockMove]]:
        return {key: [move for move in self.told if (move.ebc_code, move.sku) == key] for key in goods}

    def sales_without_voucher(self, code: str, until: str) -> Sequence[StockMove]:
        return [sale for sale in self._sales if sale.day <= until and not sale.voucher_no and not sale.asked]

    def sales_under(self, keys: Collection[tuple[str, str, str]]) -> Sequence[StockMove]:
        return [sale for sale in self._sales if (sale.ebc_code, sale.warehouse_code, sale.ref) in keys]

    def moves_asked(self, code: str, case_no: str) -> Sequence[StockMove]:
        return [sale for sale in self._sales if sale.asked == case_no]

    def transfers(self, code: str) -> Sequence[StockMove]:
        return [move for move in self.told if move.event == "T"]

    def last_told(self, code: str) -> Mapping[str, int]:
        return {notice.warehouse_code: notice.recorded_at for notice in self.booked.values()}

    def stock(self, code: str) -> Sequence[StockRow]:
        return list(self.rows.values())

    def put_moves(self, moves: Sequence[StockMove]) -> None:
        kept = {move.id: move for move in self.told} | {move.id: move for move in moves}
        self.told = list(kept.values())

    def put_stock(self, rows: Sequence[StockRow]) -> None:
        self.rows.update({row.key: row for row in rows})

    def cases(self, ids: Collection[int]) -> Mapping[int, OverseasCase]:
        return by_id(self.kept, ids)

    def cases_of(self, code: str) -> Sequence[OverseasCase]:
        return list(self.kept.values())

    def put_case(self, case: OverseasCase) -> None:
        self.kept[case.id] = case

    def new_id(self) -> int:
        return next(self._ids)

    @property
    def _sales(self) -> list[StockMove]:
        return [move for move in self.told if move.event == "S" and move.is_booked]

    def notice(self, *lines: Mapping[str, str], box: str = "DXP1", day: date = DAY, **changes: str) -> Desk[Any]:
        """A notice of these lines comes, else of 100 pieces that came in."""
        told = [{**line, "gnum": str(number)} for number, line in enumerate(lines or (CAME_IN,), 1)]
        return self._take("overseas_stock_notice", {**NOTICE, **changes}, told, box, day, handle_notices)

    def evidence(self, *lines: Mapping[str, str], box: str = "DXP1", version: int = 1) -> Desk[Any]:
        """The vouchers of sales come."""
        head = {"ebc_code": "C", "warehouse_code": "W", "cop_no": "E1"}
        return self._take("overseas_sale_evidence", head, lines, box, DAY, handle_evidence, version=version)

    def _take(
        self,
        kind: str,
        head: Mapping[str, str],
        lines: Sequence[Mapping[str, str]],
        box: str,
        day: date,
        handle: Callable[[Sequence[DocumentFiled], Desk[Any]], None],
        version: int = 1,
    ) -> Desk[Any]:
        of_line = get_args(get_type_hints(DOCUMENTS[kind])["lines"])[0]
        facts = facts_of(DOCUMENTS[kind], **head, lines=tuple(facts_of(of_line, **line) for line in lines))
        paper = filed(kind, facts, f"K{next(self._ids)}", mailboxes=box, version=version)
        self.filed[paper.id] = paper
        desk = desk_of(self, day)
        handle([DocumentFiled(paper.id)], desk)
        return desk

    def look(self, day: date) -> Desk[Any]:
        """The company is looked at on a day."""
        desk = desk_of(self, day)
        handle_days([StockDayDue("C")], desk)
        return desk


def told(*lines: Mapping[str, str], box: str = "DXP1", **changes: str) -> Callable[[], Desk[Any]]:
    return lambda: StockAbroad().notice(*lines, box=box, **changes)


def told_twice(**changes: str) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice()
        return abroad.notice({**CAME_IN, **changes})

    return happens


def told_then(**changes: str) -> Callable[[], Desk[Any]]:
    """100 pieces come in, and the notice of it is told once more with changes of its head."""

    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice()
        return abroad.notice({**CAME_IN, "qty": "99"}, **changes)

    return happens


def told_after_its_cancellation() -> Desk[Any]:
    abroad = StockAbroad()
    abroad.notice(function="1")
    return abroad.notice()


def looked_at_both_sides(**changes: str) -> Callable[[], Desk[Any]]:
    """A piece goes from W to W2, which tells that it came in, with changes; the company is looked at."""

    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice(CAME_IN, MOVED_ON)
        abroad.notice({**MOVED_ON, "event_time": "2026-11-02T08:00:00+01:00", **changes}, warehouse_code="W2")
        return abroad.look(date(2027, 3, 1))

    return happens


def sold(*, evidence: Mapping[str, str] | None = None, box: str = "DXP1") -> Callable[[], Desk[Any]]:
    """A piece is sold, and its voucher comes."""

    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice(CAME_IN, SOLD)
        return abroad.evidence({"gnum": "1", "ref": "O1", "voucher_no": "V1", **(evidence or {})}, box=box)

    return happens


def given_another_voucher(version: int = 1) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice(CAME_IN, {**SOLD, "voucher_no": "V0"})
        return abroad.evidence({"gnum": "1", "ref": "O1", "voucher_no": "V1"}, version=version)

    return happens


def looked_at(*lines: Mapping[str, str], on: date) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice(*(lines or (CAME_IN,)), day=date(2026, 11, 10))
        return abroad.look(on)

    return happens


def without_evidence_in_time() -> Desk[Any]:
    abroad = StockAbroad()
    abroad.notice(CAME_IN, SOLD, day=date(2026, 11, 10))
    abroad.look(date(2026, 11, 16))
    return abroad.look(date(2026, 11, 18))


def drafted() -> Desk[Any]:
    abroad = StockAbroad()
    abroad.notice(CAME_IN, SOLD, day=date(2026, 11, 10))
    whole = 100 * SCALE
    line = AheadLine("1", ITEM, whole, whole, 13 * SCALE, "CNY", whole, whole)
    abroad.claims = [AheadClaim("C1", "C", "企业", False, "2027-04-30", (line,))]
    return abroad.look(date(2026, 12, 1))


def sold_less_than_refunded(qty: int = 31, settled: bool = True, reconciled: bool = True) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        abroad = StockAbroad()
        abroad.notice(CAME_IN, SOLD)
        abroad.refunded = [RefundedQuantity("C1", ITEM, qty * SCALE, settled, reconciled)]
        return abroad.look(date(2026, 12, 1))

    return happens


CASES: dict[str, Callable[[], Desk[Any]]] = {
    "27100": told(),
    "27100.again": told_twice(),
    "27100.replaced": told_then(function="5"),
    "27106": told_twice(qty="99"),
    "27109": told(epr_no=""),
    "27110": told({**CAME_IN, "unit": "035"}),
    "27112": told(box="DXP2"),
    "27114": looked_at({**CAME_IN, "qty": "99"}, on=date(2027, 1, 10)),
    "27118": told_then(function="1"),
    "27118.unknown": told(function="1"),
    "27119": told_after_its_cancellation,
    "27120": told_then(function="5", as_of="2026-11-20T04:59:00+01:00"),
    "27122": sold_less_than_refunded(),
    "27201": looked_at(CAME_IN, SOLD, on=date(2026, 11, 16)),
    "27202": looked_at(on=date(2027, 3, 1)),
    "27203": sold(evidence={"ref": "O2"}),
    "27204": given_another_voucher(),
    "27207": given_another_voucher(version=2),
    "27205": sold(),
    "27206": sold(box="DXP2"),
    "27304": without_evidence_in_time,
    "27401": drafted,
}


@each("code", sorted(CASES))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code.partition(".")[0])


@each(
    ("happens", "code"),
    [
        (told(), "27109"),  # the register's number is told
        (told(), "27110"),
        (looked_at_both_sides(), "27113"),
        (looked_at_both_sides(), "27116"),
        (looked_at_both_sides(), "27121"),
        (told_then(function="5"), "27120"),
        (told_then(function="5", notice_no="N2"), "27119"),
        (told(country="JPN", epr_no="", time_zone="Asia/Tokyo"), "27109"),
        (looked_at(on=date(2027, 1, 10)), "27114"),
        (sold_less_than_refunded(qty=1), "27122"),
        (sold_less_than_refunded(settled=False), "27122"),  # its reconciliation is awaited
        (sold_less_than_refunded(reconciled=False), "27122"),  # sold before warehouses told of it
        (looked_at(CAME_IN, SOLD, on=date(2026, 11, 15)), "27201"),
        (looked_at(CAME_IN, {**SOLD, "voucher_no": "V0"}, on=date(2026, 11, 16)), "27201"),
        (looked_at(on=date(2026, 11, 11)), "27202"),
    ],
)
def test_its_neighbour_is_not(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert not gives(happens(), code)


@each(
    ("happens", "code"),
    [
        (looked_at(CAME_IN, MOVED_ON, on=date(2027, 3, 1)), "27113"),
        (looked_at_both_sides(event_time="2026-10-31T08:00:00+01:00"), "27121"),
    ],
)
def test_each_disagreement_about_a_transfer_is_found_by_the_day(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert gives(happens(), code)


def test_no_reason_is_left_out() -> None:
    assert codes("overseas") == set(CASES)
