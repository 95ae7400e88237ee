"""The register of licences, and the companies that report for pilot zones, from CSV. What was recorded never changes: a
correction is the next revision of its day, beside the row that it corrects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import Connection

from declarations.commerce.licences import LicenceRecord, LicenceState
from declarations.export import zone_offices
from gateways.commerce.repository import ZoneCompany
from gateways.topics.commerce import LicencesRecorded, ZoneCompanyNamed
from schemas.identifiers import is_valid_company_code, is_valid_credit_code
from single_window.context import Context
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow, RowCounts
from single_window.store import facts, sandboxes
from single_window.store.engine import writing
from single_window.store.gateways.commerce import (
    LicenceKey,
    all_zone_companies,
    licences_of,
    licensed_of,
    name_zone_companies,
    record_licences,
)

FLAGS = ("0", "1")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(most: int, least: int = 0) -> tuple[str, Callable[[str], bool]]:
    return f"{least} to {most} characters", lambda text: least <= len(text) <= most


def _one_of(*allowed: str) -> tuple[str, Callable[[str], bool]]:
    return " | ".join(allowed), lambda text: text in allowed


_STATES = _one_of(*map(str, LicenceState))
LICENCES = (
    CsvColumn(
        "credit_code", "a credit code (18) with its check digits", is_valid_credit_code, example="91350100M000100Y43"
    ),
    CsvColumn("since", "the day from which it holds, such as 2020-01-01", _is_day, example="2020-01-01"),
    CsvColumn(
        "revision",
        "1, or of a correction of that day the next number, 99 at most",
        lambda text: text.isascii() and text.isdigit() and 1 <= int(text) <= 99 and text == str(int(text)),
        "1",
        "1",
    ),
    CsvColumn("state", f"{_STATES[0]}: open, revoked, deregistered, moved", _STATES[1], example="1"),
    CsvColumn("name", *_text(100, 1), example="青岛示例电商有限公司"),
    CsvColumn("legal_person", *_text(60), "", "王某某（模拟）"),
    CsvColumn(
        "founded", "nothing, or a day such as 2018-03-01", lambda text: not text or _is_day(text), "", "2018-03-01"
    ),
    CsvColumn("scope", *_text(2_000), "", "跨境电子商务"),
    CsvColumn("abnormal", *_one_of(*FLAGS), "0", "0"),
    CsvColumn("severe", *_one_of(*FLAGS), "0", "0"),
    CsvColumn("free_trade_zone", *_one_of(*FLAGS), "0", "0"),
)
ZONE_COMPANIES = (
    CsvColumn(
        "zone",
        "the Chinese name of a pilot zone's city",
        lambda text: bool(zone_offices.cities_called(text)),
        example="青岛",
    ),
    CsvColumn("since", "the day from which it reports, such as 2026-01-01", _is_day, example="2026-01-01"),
    CsvColumn("company", "a customs or credit code", is_valid_company_code, example="3702961003"),
)
_CONTENT = slice(4, None)
"""The fields of a record behind its key and the instant at which it was recorded."""


def take_licences(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow]) -> RowCounts:
    """Record licences that are new, and tell commerce of their companies. Raises `BadFile` for a row that would change
    a recorded one, or a revision of a day that has no earlier one."""
    with writing(context.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        told = [(row.line, _record(row, now)) for row in rows]
        codes = {record.credit_code for _, record in told}
        new = record_licences(connection, sandbox, [record for _, record in told])
        known = {_key(one): one for of_code in licences_of(connection, sandbox, codes).values() for one in of_code}
        bad = [cell for line, record in told if (cell := _contradiction(line, record, known))]
        if bad:
            raise BadFile(name, sorted(bad))
        changed = sorted({credit_code for credit_code, *_ in new})
        facts.publish(connection, context.numbering, sandbox, [LicencesRecorded(code) for code in changed])
    context.wake()
    return RowCounts(len(new), 0)


def look_at(connection: Connection, context: Context, sandbox: str, codes: Collection[str]) -> None:
    """Let commerce look at companies that are registered by these codes, if the register knows them; `context` wakes it
    after the commit."""
    known = sorted(licensed_of(connection, sandbox, codes))
    facts.publish(connection, context.numbering, sandbox, [LicencesRecorded(code) for code in known])


def _record(row: CsvRow, now: int) -> LicenceRecord:
    cells = {name: row.cells[name] for name in LicenceRecord._fields if name not in ("revision", "recorded_at")}
    return LicenceRecord(**cells, revision=int(row.cells["revision"]), recorded_at=now)


def _key(record: LicenceRecord) -> LicenceKey:
    return record[:3]


def _contradiction(line: int, record: LicenceRecord, known: dict[LicenceKey, LicenceRecord]) -> BadCell | None:
    """Why a row cannot be recorded: it changes a recorded one, or leaves out a revision."""
    before = known[_key(record)]
    if before[_CONTENT] != record[_CONTENT]:
        return BadCell(
            line, "revision", str(record.revision), "what was recorded stays: correct it by the next revision"
        )
    if record.revision > 1 and (*_key(record)[:2], record.revision - 1) not in known:
        return BadCell(line, "revision", str(record.revision), f"after revision {record.revision - 1} of that day")
    return None


def take_zone_companies(context: Context, sandbox: str, rows: Sequence[CsvRow]) -> RowCounts:
    """Name the companies that report for zones, by the name of the zone's city; a row of the same zone and day replaces
    the earlier one."""
    told = {(_city(row), row.cells["since"]): row.cells["company"] for row in rows}
    with writing(context.engine) as connection:
        sandboxes.find(connection, sandbox)
        stored = {(zone, since): company for zone, since, company in all_zone_companies(connection, sandbox)}
        new = {key: company for key, company in told.items() if key not in stored}
        changed = {key: company for key, company in told.items() if key in stored and stored[key] != company}
        written = [ZoneCompany(*key, company) for key, company in {**new, **changed}.items()]
        name_zone_companies(connection, sandbox, written)
        zones = sorted({named.zone for named in written})
        facts.publish(connection, context.numbering, sandbox, [ZoneCompanyNamed(zone) for zone in zones])
    context.wake()
    return RowCounts(len(new), len(changed))


def _city(row: CsvRow) -> str:
    return min(zone_offices.cities_called(row.cells["zone"]))
