"""Credit events from CSV: each row is told to credit as the agency that it names would tell it."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from datetime import date

from declarations.credit.events import KINDS
from declarations.credit.periods import DEGREES
from declarations.money import scaled_from_text
from gateways.credit.ledger import number_of, recorded
from gateways.topics.facts import CreditEventHappened
from schemas.identifiers import is_valid_company_code
from single_window.context import Context
from single_window.master_data.csv_files import BadCell, BadFile, CsvColumn, CsvRow
from single_window.store import facts, sandboxes
from single_window.store.engine import writing
from single_window.store.gateways.credit import EVENTS, known_companies, record_events
from single_window.store.numbering import ROWS


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(most: int, least: int = 0) -> tuple[str, Callable[[str], bool]]:
    return f"{least} to {most} characters without |", lambda text: least <= len(text) <= most and "|" not in text


def _day(name: str, words: str, example: str, required: bool = False) -> CsvColumn:
    allowed = words if required else f"nothing, or {words}"

    def fits(text: str) -> bool:
        return _is_day(text) or (not required and not text)

    return CsvColumn(name, allowed, fits, example=example) if required else CsvColumn(name, allowed, fits, "", example)


COLUMNS = (
    CsvColumn("company", "a customs or credit code", is_valid_company_code, example="3702961003"),
    CsvColumn("agency", *_text(20, 1), example="customs"),
    CsvColumn("event_no", *_text(40, 1), example="CF2026-0001"),
    CsvColumn("kind", " | ".join(KINDS), lambda text: text in KINDS, example="103"),
    CsvColumn("degree", " | ".join(DEGREES), lambda text: text in DEGREES, example="G"),
    _day("occurred", "a day such as 2026-05-01; of a debt the last day on which it could be paid", "2026-05-01", True),
    _day("decided", "a day such as 2026-05-01: of the decision", "2026-05-10", True),
    _day("final", "the day from which it cannot be appealed against", "2026-07-10"),
    CsvColumn(
        "amount",
        "nothing, or yuan of 0 or more with at most 5 decimals",
        lambda text: bool(re.fullmatch(r"\d{1,12}(\.\d{1,5})?", text, re.ASCII)),
        "0",
        "50000.00",
    ),
    CsvColumn(
        "documents",
        "nothing, or the number of documents concerned",
        lambda text: bool(re.fullmatch(r"\d{1,9}", text, re.ASCII)),
        "0",
        "1",
    ),
    CsvColumn("doc_no", *_text(60), "", "青关罚字〔2026〕1号"),
    CsvColumn("evidence", *_text(60), "", "42272026I000000001"),
    _day("cured", "the day on which it was paid or done", ""),
    _day("withdrawn", "the day on which it was quashed", ""),
)


IN_ORDER = (
    ("occurred", "decided"),
    ("decided", "final"),
    ("decided", "withdrawn"),
    ("occurred", "cured"),
)
"""Pairs of days of which the second is never before the first."""


def disordered(rows: Sequence[CsvRow]) -> list[BadCell]:
    """The days of events that are before those that they follow."""
    return [
        BadCell(row.line, after, row.cells[after], f"{row.cells[before]} ({before}) or later")
        for row in rows
        for before, after in IN_ORDER
        if row.cells[after] and row.cells[after] < row.cells[before]
    ]


def _of_nobody(rows: Sequence[CsvRow], known: Container[str], companies: Container[str]) -> list[BadCell]:
    """The companies of new events that are not registered: nothing would ever count them. One that is recorded already
    may be changed, even if its company is deregistered."""
    return [
        BadCell(row.line, "company", row.cells["company"], "the code of a company that is registered here")
        for row in rows
        if number_of(_fact(row)) not in known and row.cells["company"] not in companies
    ]


def take(context: Context, sandbox: str, name: str, rows: Sequence[CsvRow]) -> tuple[int, int]:
    """Record events that are new or differ from those known, and tell credit of them; return how many of each there
    are. Raises `BadFile` for new events of companies that nobody has registered."""
    told = {number_of(fact): fact for fact in map(_fact, rows)}
    with writing(context.engine) as connection:
        now = sandboxes.find(connection, sandbox).clock.now()
        companies = known_companies(connection, sandbox, {fact.company for fact in told.values()})
        known = {event.key: event for event in EVENTS.load(connection, sandbox, "key", sorted(told))}
        if bad := _of_nobody(rows, known, companies):
            raise BadFile(name, sorted(bad))
        new, changed = list[CreditEventHappened](), list[CreditEventHappened]()
        for number, fact in told.items():
            code = companies[fact.company].code if fact.company in companies else fact.company
            before = known.get(number)
            row_id = before.id if before else context.numbering.next_number(ROWS, "row")
            row = recorded(fact, code, row_id, now, before)
            if row != before:
                (new if before is None else changed).append(fact)
                known[number] = row
        written = [*new, *changed]
        record_events(connection, sandbox, [known[number_of(fact)] for fact in written])
        facts.publish(connection, context.numbering, sandbox, written)
    context.wake()
    return len(new), len(changed)


def _fact(row: CsvRow) -> CreditEventHappened:
    cells = {name: row.cells[name] for name in CreditEventHappened._fields}
    amount, documents = scaled_from_text(cells.pop("amount")), int(cells.pop("documents"))
    return CreditEventHappened(**cells, amount=amount, documents=documents)
