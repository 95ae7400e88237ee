"""The registrar's state in the database, and the import of participants into its table.

A change of a participant also bumps the epoch of customs, which caches companies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, union

from declarations.reasons import Reason
from gateways.records import FiledDocument
from gateways.registration.repository import CreditGrade, Enterprise, FiledGoods, GoodsPaper, Participant
from single_window.store import epochs, work_cases
from single_window.store.bulk import one_of, upsert_rows
from single_window.store.gateways.filed import filed_by_id
from single_window.store.numbering import Numbering
from single_window.store.records import Records, decoder
from single_window.store.tables import credit_grade, enterprise, filed_goods, goods_filing, participant

_reasons = decoder(tuple[Reason, ...], tuple)
ENTERPRISES = Records(Enterprise, enterprise, {"facts": decoder(dict[str, str], dict), "reasons": _reasons})
PARTICIPANTS = Records(Participant, participant)
GRADES = Records(CreditGrade, credit_grade)
FILINGS = Records(GoodsPaper, goods_filing, {"reasons": _reasons})
GOODS = Records(FiledGoods, filed_goods)


def upsert_participants(
    connection: Connection, sandbox: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Upsert imported participants; a row has values in the order of `names`, the code first. Suspensions stay."""
    if not rows:
        return
    upsert_rows(
        connection,
        participant,
        ("sandbox", *names, "source"),
        [(sandbox, *row, "imported") for row in rows],
        replace=(*names[1:], "source"),
    )
    _advance_epochs(connection, "registration", "customs")


def _advance_epochs(connection: Connection, *gateways: str) -> None:
    for gateway in gateways:
        epochs.bump(connection, gateway)


class StoredRegistrarRepository:
    """State of one sandbox for one batch of deliveries."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._papers: dict[int, FiledDocument] = {}
        self._enterprises: dict[str, Enterprise] = {}
        self._participants: dict[str, Participant] = {}
        self._filings: dict[int, GoodsPaper] = {}
        self._loaded: dict[str, set[Any]] = {"enterprises": set(), "participants": set(), "filings": set()}
        self._changed_enterprises: dict[str, Enterprise] = {}
        self._changed_participants: dict[str, Participant] = {}
        self._changed_grades: dict[tuple[str, str], CreditGrade] = {}
        self._changed_filings: dict[int, GoodsPaper] = {}
        self._changed_goods: dict[tuple[str, str], FiledGoods] = {}

    def _missing(self, kind: str, wanted: Iterable[Any]) -> list[Any]:
        missing = sorted(set(wanted) - self._loaded[kind])
        self._loaded[kind].update(missing)
        return missing

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        missing = sorted(set(ids) - self._papers.keys())
        if missing:
            self._papers.update(filed_by_id(self._connection, missing))
        return {number: self._papers[number] for number in ids if number in self._papers}

    def enterprises(self, codes: Sequence[str]) -> Mapping[str, Enterprise]:
        for record in ENTERPRISES.load(
            self._connection, self._sandbox, "code", self._missing("enterprises", codes), lock=True
        ):
            self._enterprises[record.code] = record
        return {code: self._enterprises[code] for code in codes if code in self._enterprises}

    def put_enterprise(self, enterprise: Enterprise) -> None:
        self._enterprises[enterprise.code] = self._changed_enterprises[enterprise.code] = enterprise

    def participants(self, codes: Sequence[str]) -> Mapping[str, Participant]:
        for record in PARTICIPANTS.load(
            self._connection, self._sandbox, "code", self._missing("participants", codes), lock=True
        ):
            self._participants[record.code] = record
        return {code: self._participants[code] for code in codes if code in self._participants}

    def put_participant(self, participant: Participant) -> None:
        self._participants[participant.code] = self._changed_participants[participant.code] = participant

    def companies(self, codes: Sequence[str]) -> Mapping[str, Sequence[Participant]]:
        chosen = PARTICIPANTS.select().where(participant.c.sandbox == self._sandbox)
        # a UNION, because each code has an index and OR would use neither
        named = [chosen.where(one_of(self._connection, participant.c[name], codes)) for name in ("code", "credit_code")]
        rows = sorted(self._connection.execute(union(*named)).all(), key=attrgetter("code"))
        by_code = {record.code: record for record in map(PARTICIPANTS.make, rows)} | self._changed_participants
        by_number: dict[str, list[Participant]] = {}
        for record in by_code.values():
            for code in {record.code, record.credit_code} & set(codes) - {""}:
                by_number.setdefault(code, []).append(record)
        return by_number

    def grades(self, codes: Sequence[str]) -> Mapping[str, Sequence[CreditGrade]]:
        stored = {
            (grade.code, grade.since): grade
            for grade in GRADES.load(self._connection, self._sandbox, "code", sorted(set(codes)))
        }
        changed = {key: grade for key, grade in self._changed_grades.items() if key[0] in codes}
        grades: dict[str, list[CreditGrade]] = {}
        for key, grade in sorted({**stored, **changed}.items()):
            grades.setdefault(key[0], []).append(grade)
        return grades

    def put_grade(self, grade: CreditGrade) -> None:
        self._changed_grades[grade.code, grade.since] = grade

    def filings(self, ids: Sequence[int]) -> Mapping[int, GoodsPaper]:
        for filing in FILINGS.load(self._connection, self._sandbox, "id", self._missing("filings", ids), lock=True):
            self._filings[filing.id] = filing
        return {number: self._filings[number] for number in ids if number in self._filings}

    def put_filing(self, filing: GoodsPaper) -> None:
        self._filings[filing.id] = self._changed_filings[filing.id] = filing

    def put_goods(self, goods: FiledGoods) -> None:
        self._changed_goods[goods.ebc_code, goods.item_no] = goods

    def touched(self) -> tuple[int, ...]:
        """Ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Changed registrations."""
        return {"registration": self._changed_enterprises.values()}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        ENTERPRISES.save(connection, self._sandbox, self._changed_enterprises.values())
        PARTICIPANTS.save(connection, self._sandbox, self._changed_participants.values())
        GRADES.save(connection, self._sandbox, self._changed_grades.values())
        FILINGS.save(connection, self._sandbox, self._changed_filings.values())
        GOODS.save(connection, self._sandbox, self._changed_goods.values())
        if self._changed_participants:
            _advance_epochs(connection, "customs")


REPOSITORY = StoredRegistrarRepository
