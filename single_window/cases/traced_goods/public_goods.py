"""The public facts of traced goods: origin, dates, port, check, release, recall; no person, no order, no number
that a company or the window uses within."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from declarations.account_book import BONDED_MODES
from declarations.calendar import day_of
from gateways.spot_checks.outcomes import FINAL
from gateways.spot_checks.repository import SpotSample
from gateways.traceability.repository import TraceBatch
from single_window.cases.traced_goods.named import NamedGoods
from single_window.frame.pages.masking import mask_text
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.agency_tables.traceability import recall, trace_batch
from single_window.store.bulk import begins_with
from single_window.store.gateways.spot_checks import SAMPLES
from single_window.store.gateways.traceability import BATCHES
from single_window.store.participants import company_names
from single_window.store.tables import declaration
from single_window.store.trace_codes import copied_from, find_code, look_up_code, registered_by_others

PASSED, FAILED = "passed", "failed"
LISTS_READ = 5_000
"""Newest released lists of the company among which those of a lot are looked for, so that a look-up stays short."""
_PASSED = "qualified"


class PublicRecall(NamedTuple):
    """A recall as buyers read it: what is wrong, what is offered, since which day, and whether it is over."""

    hazard: str
    remedy: str
    day: str
    over: bool


class PublicGoods(NamedTuple):
    """Traced goods. Days are ISO texts, empty where nothing is known; `released`: the first and the last day.

    `code`: the trace code that was looked up, `serial` its item (0: the lot), `looked_up`: how often, `first_looked_up`
    and `last_looked_up`: on which day for the first time, and the last time before; `copied`: so often that others than
    its buyer have the code; `importers`: how many other companies have registered the same lot."""

    gname: str
    gtin: str
    lot: str
    origin: str
    produced: str
    expires: str
    importer: str
    office: str
    registered: str
    precision: str
    checked: str = ""
    checked_on: str = ""
    released: tuple[str, str] = ("", "")
    recall: PublicRecall | None = None
    code: str = ""
    serial: int = 0
    looked_up: int = 0
    first_looked_up: str = ""
    last_looked_up: str = ""
    copied: bool = False
    importers: int = 0


def goods_of_code(connection: Connection, sandbox: str, code: str, now: int, count: bool) -> PublicGoods | None:
    """Return what a trace code stands for, counted as a look-up at an instant if wanted; None for every other text."""
    found = look_up_code(connection, sandbox, code, now) if count else find_code(connection, sandbox, code)
    if found is None:
        return None
    others = {other.ebc_code for other in registered_by_others(connection, sandbox, found.batch)}
    return _goods(connection, sandbox, found.batch)._replace(
        code=found.code,
        serial=found.serial,
        looked_up=found.looked_up,
        first_looked_up=_day_of(found.first_looked_up),
        last_looked_up=_day_of(found.last_looked_up),
        copied=found.is_copied(copied_from(connection, sandbox, now)),
        importers=len(others),
    )


def goods_of_link(connection: Connection, sandbox: str, named: NamedGoods, now: int, count: bool) -> PublicGoods | None:
    """Return what a Digital Link names: an item by its trace code as serial number, a lot, or goods of any lot, of
    which a recalled one is told; None if it is not known."""
    if named.serial:
        found = goods_of_code(connection, sandbox, named.serial, now, False)
        if found is None or found.gtin != named.gtin or (named.lot and found.lot != named.lot):
            return None
        return goods_of_code(connection, sandbox, named.serial, now, count)
    columns = trace_batch.c
    chosen = BATCHES.select().where(columns.sandbox == sandbox, columns.gtin == named.gtin)
    if named.lot:
        chosen = chosen.where(columns.lot == named.lot)
    row = connection.execute(chosen.order_by((columns.recall_no == "").asc(), columns.id.desc()).limit(1)).first()
    if row is None:
        return None
    batch = BATCHES.make(row)
    return (
        goods_of_code(connection, sandbox, batch.batch_no, now, count)
        if named.lot
        else _goods_of_any_lot(connection, sandbox, batch)
    )


def _goods_of_any_lot(connection: Connection, sandbox: str, batch: TraceBatch) -> PublicGoods:
    goods = _goods(connection, sandbox, batch)
    return goods._replace(
        lot=goods.lot if goods.recall else "", produced="", expires="", checked="", checked_on="", released=("", "")
    )


def _goods(connection: Connection, sandbox: str, batch: TraceBatch) -> PublicGoods:
    checked, checked_on = _check(connection, sandbox, batch)
    return PublicGoods(
        gname=mask_text(batch.gname),
        gtin=batch.gtin,
        lot=batch.lot,
        origin=batch.origin,
        produced=_day(batch.produced_day),
        expires=_day(batch.expiry_day),
        importer=company_names(connection, sandbox, {batch.ebc_code}).get(batch.ebc_code, ""),
        office=batch.ems_no[1:5] if batch.ems_no[1:5].isdecimal() else "",
        registered=day_of(batch.registered_at).isoformat(),
        precision=batch.precision,
        checked=checked,
        checked_on=checked_on,
        released=_released(connection, sandbox, batch),
        recall=_recall(connection, sandbox, batch),
    )


def _day_of(instant: int) -> str:
    return day_of(instant).isoformat() if instant else ""


def _day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text else ""


def _check(connection: Connection, sandbox: str, batch: TraceBatch) -> tuple[str, str]:
    """The newest result of a spot check of the lot that nobody may contradict any more, and its day."""
    columns = spot_check_sample.c
    if not batch.ems_no:
        return "", ""
    own: list[ColumnElement[bool]] = [
        columns.sandbox == sandbox,
        columns.state.in_((*FINAL, _PASSED)),
        columns.ems_no == batch.ems_no,
        columns.item_record_no == batch.item_record_no,
    ]
    row = connection.execute(SAMPLES.select().where(*own).order_by(columns.id.desc()).limit(1)).first()
    if row is None:
        return "", ""
    sample: SpotSample = SAMPLES.make(row)
    return PASSED if sample.state == _PASSED else FAILED, day_of(sample.reported_at).isoformat()


def _released(connection: Connection, sandbox: str, batch: TraceBatch) -> tuple[str, str]:
    """The first and the last day on which a list of the company with goods of the lot was released."""
    columns = declaration.c
    if not batch.ems_no or batch.precision != "lot":
        return "", ""
    newest = (
        select(columns.released_at, columns.held)
        .where(
            columns.sandbox == sandbox,
            columns.flow == "I",
            begins_with(connection, columns.key, f"{batch.ebc_code}|"),
            columns.released_at > 0,
            columns.trade_mode.in_(sorted(BONDED_MODES)),
        )
        .order_by(columns.id.desc())
        .limit(LISTS_READ)
        .subquery()
    )
    part = f'"{batch.ems_no}","{batch.item_record_no}",'
    drawn = select(func.min(newest.c.released_at), func.max(newest.c.released_at)).where(
        newest.c.held.contains(part, autoescape=True)
    )
    first, last = connection.execute(drawn).one()
    return (day_of(first).isoformat(), day_of(last).isoformat()) if first else ("", "")


def _recall(connection: Connection, sandbox: str, batch: TraceBatch) -> PublicRecall | None:
    if not batch.recall_no:
        return None
    columns = recall.c
    told = select(columns.hazard, columns.remedy, columns.registered_at, columns.state)
    row = connection.execute(told.where(columns.sandbox == sandbox, columns.recall_no == batch.recall_no)).first()
    if row is None:
        return None
    return PublicRecall(mask_text(row.hazard), row.remedy, day_of(row.registered_at).isoformat(), row.state == "closed")
