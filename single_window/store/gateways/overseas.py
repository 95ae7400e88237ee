"""The state of stock abroad in the database, with the exports and claims that it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableSequence, Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from declarations.overseas.corrections import RefundedQuantity
from declarations.overseas.moves import StockMove, Supply
from declarations.reasons import Reason
from gateways.overseas.repository import (
    AheadClaim,
    BookedNotice,
    Goods,
    OverseasCase,
    OverseasFile,
    StockRow,
)
from single_window.store.agency_tables.overseas import (
    overseas_case,
    overseas_file,
    overseas_move,
    overseas_notice,
    overseas_stock,
)
from single_window.store.bulk import one_of
from single_window.store.gateways import overseas_exports
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.records import Records, decoder

FILES = Records(OverseasFile, overseas_file)
NOTICES = Records(BookedNotice, overseas_notice)
MOVES = Records(StockMove, overseas_move)
STOCK = Records(StockRow, overseas_stock)
OVERSEAS_CASES = Records(OverseasCase, overseas_case, {"reasons": decoder(tuple[Reason, ...], tuple)})


def moves_of(connection: Connection, sandbox: str, codes: Collection[str], skus: Collection[str]) -> list[StockMove]:
    """Return the moves of these goods of these companies."""
    columns = overseas_move.c
    return _moves(
        connection,
        sandbox,
        one_of(connection, columns.ebc_code, sorted(codes)),
        one_of(connection, columns.sku, sorted(skus)),
    )


def moves_asked(connection: Connection, sandbox: str, case_no: str) -> list[StockMove]:
    """Return the sales that a case is about."""
    column = overseas_move.c
    return _moves(connection, sandbox, column.asked != "", column.asked == case_no)


def _moves(connection: Connection, sandbox: str, *where: ColumnElement[bool]) -> list[StockMove]:
    chosen = MOVES.select().where(overseas_move.c.sandbox == sandbox, *where).order_by(overseas_move.c.id)
    return list(map(MOVES.make, connection.execute(chosen)))


class StoredOverseasRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._files = self.rows(FILES, "code", lock=True)
        self._notices: dict[str, BookedNotice] = {}
        self._moves = self.rows(MOVES)
        self._stock: dict[str, StockRow] = {}
        self._cases = self.rows(OVERSEAS_CASES, cases="overseas_case")
        self._supplies: dict[str, dict[Goods, list[Supply]]] = {}

    def files(self, codes: Collection[str]) -> Mapping[str, OverseasFile]:
        return self._files.made(codes, OverseasFile)

    def put_file(self, file: OverseasFile) -> None:
        self._files.put(file)

    def companies_of(self, case_ids: Collection[int]) -> Collection[str]:
        column = overseas_case.c
        chosen = select(column.ebc_code).where(one_of(self._connection, column.id, sorted(case_ids)))
        return set(self._connection.execute(chosen).scalars()) if case_ids else set()

    def supplies(self, codes: Collection[str], countries: Mapping[str, str]) -> Mapping[Goods, Sequence[Supply]]:
        new = sorted(set(codes) - self._supplies.keys())
        self._supplies.update({code: {} for code in new})
        found = overseas_exports.supplies_of(self._connection, self._sandbox, new, countries)
        for goods, sent in found.items():
            self._supplies[goods[0]][goods] = sent
        return {goods: sent for code in codes for goods, sent in self._supplies[code].items()}

    def ahead_claims(self, code: str, countries: Mapping[str, str]) -> Sequence[AheadClaim]:
        return overseas_exports.ahead_claims(self._connection, self._sandbox, code, countries)

    def refunded_quantities(self, code: str) -> Sequence[RefundedQuantity]:
        return overseas_exports.refunded_quantities(self._connection, self._sandbox, code)

    def notices(self, keys: Collection[str]) -> Mapping[str, BookedNotice]:
        stored = {one.key: one for one in NOTICES.load(self._connection, self._sandbox, "key", sorted(keys))}
        return stored | {key: self._notices[key] for key in keys if key in self._notices}

    def parts_of(self, numbers: Collection[tuple[str, str, str]]) -> Sequence[BookedNotice]:
        loaded = NOTICES.load(self._connection, self._sandbox, "notice_no", sorted({name for *_, name in numbers}))
        parts = {part.id: part for part in (*loaded, *self._notices.values())}
        return [part for part in parts.values() if (part.ebc_code, part.warehouse_code, part.notice_no) in numbers]

    def goods_told(self, notice_ids: Collection[int]) -> Collection[Goods]:
        columns = overseas_move.c
        chosen = select(columns.ebc_code, columns.sku).distinct()
        chosen = chosen.where(one_of(self._connection, columns.notice_id, sorted(notice_ids)))
        return {(row[0], row[1]) for row in self._connection.execute(chosen)} if notice_ids else set()

    def put_notice(self, notice: BookedNotice) -> None:
        self._notices[notice.key] = notice

    def moves(self, goods: Collection[Goods]) -> Mapping[Goods, MutableSequence[StockMove]]:
        codes, skus = {code for code, _ in goods}, {sku for _, sku in goods}
        columns = overseas_move.c
        known = self._moves.chosen(
            one_of(self._connection, columns.ebc_code, sorted(codes)),
            one_of(self._connection, columns.sku, sorted(skus)),
            fits=lambda move: (move.ebc_code, move.sku) in goods,
        )
        found: dict[Goods, MutableSequence[StockMove]] = {}
        for move in known:
            found.setdefault((move.ebc_code, move.sku), []).append(move)
        return found

    def sales_without_voucher(self, code: str, until: str) -> Sequence[StockMove]:
        columns = overseas_move.c
        return self._moves.chosen(
            columns.ebc_code == code,
            columns.event == "S",
            columns.voucher_no == "",
            columns.asked == "",
            columns.day <= until,
            fits=lambda move: (
                (move.ebc_code, move.event, move.voucher_no, move.asked) == (code, "S", "", "")
                and move.is_booked
                and move.day <= until
            ),
        )

    def sales_under(self, keys: Collection[tuple[str, str, str]]) -> Sequence[StockMove]:
        columns, refs = overseas_move.c, sorted({ref for _, _, ref in keys})
        return self._moves.chosen(
            one_of(self._connection, columns.ebc_code, sorted({code for code, _, _ in keys})),
            columns.ref != "",
            one_of(self._connection, columns.ref, refs),
            fits=lambda move: (
                move.event == "S" and move.is_booked and (move.ebc_code, move.warehouse_code, move.ref) in keys
            ),
        )

    def moves_asked(self, code: str, case_no: str) -> Sequence[StockMove]:
        columns = overseas_move.c
        return self._moves.chosen(
            columns.asked != "", columns.asked == case_no, fits=lambda move: move.asked == case_no
        )

    def transfers(self, code: str) -> Sequence[StockMove]:
        columns = overseas_move.c
        return self._moves.chosen(
            columns.ebc_code == code,
            columns.event == "T",
            fits=lambda move: (move.ebc_code, move.event) == (code, "T") and move.is_booked,
        )

    def last_told(self, code: str) -> Mapping[str, int]:
        columns = overseas_notice.c
        chosen = select(columns.warehouse_code, func.max(columns.recorded_at)).where(
            columns.sandbox == self._sandbox, columns.ebc_code == code
        )
        told = {row[0]: int(row[1]) for row in self._connection.execute(chosen.group_by(columns.warehouse_code))}
        return told | {put.warehouse_code: put.recorded_at for put in self._notices.values() if put.ebc_code == code}

    def stock(self, code: str) -> Sequence[StockRow]:
        stored = {row.key: row for row in STOCK.load(self._connection, self._sandbox, "ebc_code", [code])}
        return list((stored | {key: row for key, row in self._stock.items() if row.ebc_code == code}).values())

    def put_moves(self, moves: Sequence[StockMove]) -> None:
        for move in moves:
            self._moves.put(move)

    def put_stock(self, rows: Sequence[StockRow]) -> None:
        self._stock.update({row.key: row for row in rows})

    def cases(self, ids: Collection[int]) -> Mapping[int, OverseasCase]:
        return self._cases.by_key(ids)

    def cases_of(self, code: str) -> Sequence[OverseasCase]:
        return self._cases.grouped("ebc_code", [code])

    def put_case(self, case: OverseasCase) -> None:
        self._cases.put(case)

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        super().save(connection)
        NOTICES.save(connection, self._sandbox, self._notices.values())
        STOCK.save(connection, self._sandbox, self._stock.values())


REPOSITORY = StoredOverseasRepository
