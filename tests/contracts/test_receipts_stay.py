"""What was given stays: receipts as an earlier program gave them come back the same to their byte from this one.

`receipts_given/` holds a recording (`tests/recorded_receipts.py`) of every kind of receipt of a demo and of a year, as
the last release gave them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from sqlalchemy import Engine, MetaData, func, insert, select

from schemas import catalogue, receipt_texts
from schemas.packing import AlteredData
from single_window.receipts import rows as receipts
from single_window.receipts.enveloping import put_in_envelopes
from single_window.receipts.rows import Receipt, Rendered
from single_window.store import makings, migrate
from single_window.store.engine import open_engine, reading, writing
from single_window.store.makings import Making
from single_window.store.tables import receipt_group, receipt_making
from single_window.wiring import Window
from tests.databases import ON_BOTH, empty_database, kept_open, read_by, window_in, write_by
from tests.mailboxes import BOX, put
from tests.recorded_receipts import digest_of, read

pytestmark = ON_BOTH
GIVEN = sorted((Path(__file__).parents[1] / "specifications" / "receipts_given").iterdir())
REVISION, RECORDING = read(GIVEN[-1])
NEVER_ANSWERED = {
    "CommerceAdvice",
    "LicenceAnswer",
    "LicenceAuthorisationReturn",
    "TraderFilingReturn",
    "ZoneMonthlyReportReturn",
    "CreditNotice",
    "FilingIndexReturn",
    "FilingNotice",
    "OverseasSaleEvidenceReturn",
    "OverseasStockAdvice",
    "OverseasStockNoticeReturn",
    "KoreaAdvice",
    "KoreaAeoReturn",
    "KoreaInspectionReturn",
    "KoreaListReturn",
    "KoreaManifestReturn",
    "KoreaOriginReturn",
    "KoreaOutcomeReturn",
    "PortAdvice",
    "PortPackingListReturn",
    "PortRelease",
    "TerminalEventReturn",
    "RecallStatus",
    "SpotCheckNotice",
    "RiskMeasure",
    "SampleRecordReturn",
    "LabReportReturn",
    "RetestApplicationReturn",
    "MeasureReportReturn",
    "TraceBatchReturn",
    "RecallNoticeReturn",
    "RecallProgressReturn",
    "CreditObjectionReturn",
    "CreditRepairApplicationReturn",
    "StockFilingReturn",
    "GoodsFilingReturn",
}
"""Of which neither a demo nor a year has any."""


@pytest.fixture(scope="module")
def upgraded(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of the revision of then with the recorded rows, brought to the newest."""
    with empty_database(dialect, tmp_path_factory.mktemp("stay")) as address:
        migrate.upgrade(address, REVISION)
        engine = open_engine(address)
        _fill(engine)
        migrate.upgrade(address)
        yield engine
        engine.dispose()


def _fill(engine: Engine) -> None:
    schema = MetaData()
    schema.reflect(engine, only=["sandbox", "receipt_group", "receipt", "receipt_making", "archive"])
    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {name: {} for name in schema.tables}
    for number, recorded in enumerate(RECORDING, 1):
        rows["sandbox"][(recorded["group"]["sandbox"],)] = {"name": recorded["group"]["sandbox"]}
        rows["receipt_making"][(recorded["making"]["number"],)] = recorded["making"]
        rows["receipt_group"][(number,)] = {**recorded["group"], "id": number}
        rows["receipt"] |= {(number, row["position"]): {**row, "group_id": number} for row in recorded["receipts"]}
        rows["archive"] |= {(row["message_id"],): row for row in recorded["archive"]}
    with writing(engine) as connection:
        for name, of_table in rows.items():
            connection.execute(insert(schema.tables[name]), list(of_table.values()))


def _page(engine: Engine, recorded: dict[str, Any]) -> list[Receipt]:
    group = recorded["group"]
    with reading(engine) as connection:
        where = (group["sandbox"], group["mailbox"])
        return receipts.after(connection, *where, group["first"] - 1, len(recorded["receipts"]))


def _rendered(engine: Engine, recorded: dict[str, Any]) -> list[Rendered]:
    page = _page(engine, recorded)
    return read_by(engine, receipts.render, page)


def test_messages_that_were_given_come_back_the_same_to_their_byte(upgraded: Engine) -> None:
    assert [
        recorded["group"]
        for recorded in RECORDING
        if [message.body.decode() for message in _rendered(upgraded, recorded)] != recorded["given"]
    ] == []


@pytest.mark.parametrize("envelope", ["DxpMsg", "DxpMsgSv"])
def test_so_do_their_envelopes(upgraded: Engine, envelope: str) -> None:
    changed = []
    for recorded in RECORDING:
        where = (recorded["group"]["sandbox"], recorded["group"]["mailbox"])
        rendered = _rendered(upgraded, recorded)
        messages = read_by(upgraded, put_in_envelopes, *where, rendered, envelope)
        if [digest_of(message.body) for message in messages] != recorded["digests"][envelope]:
            changed.append(where)
    assert changed == []


def test_words_in_both_languages_are_those_that_were_given(upgraded: Engine) -> None:
    for recorded in RECORDING:
        page = _page(upgraded, recorded)
        assert [[row.text_in("zh"), row.text_in("en")] for row in page] == recorded["texts"]


def test_the_recording_holds_every_type_of_receipt() -> None:
    codes = {row["code"] for recorded in RECORDING for row in recorded["receipts"]}
    assert {entry.code for entry in catalogue.entries() if entry.receipt} - codes == NEVER_ANSWERED


def test_receipts_of_one_message_were_made_with_the_same(upgraded: Engine) -> None:
    recorded = RECORDING[0]
    old = _page(upgraded, recorded)
    later = Making(makings.FORM + 1, makings.current_making().vocabulary)
    new = [row._replace(making=later) for row in old]
    with reading(upgraded) as connection:
        rendered = receipts.render(connection, [*old, *new])
        assert len(rendered) == 2 * len(recorded["given"])
        assert {message.form for message in rendered} == {old[0].making.form, later.form}


@pytest.fixture(scope="module")
def window(dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("makings")
    with empty_database(dialect, folder) as address:
        migrate.prepare(address)
        yield from kept_open(window_in(folder, database=address))


def test_the_words_of_a_program_are_kept_once(window: Window) -> None:
    for _ in range(3):
        put(window, BOX, ["312"])
    with reading(window.engine) as connection:
        (number,) = set(connection.execute(select(receipt_group.c.making)).scalars())
        ((form, digest),) = connection.execute(select(receipt_making.c.form, receipt_making.c.digest)).all()
        assert (form, digest) == (makings.FORM, makings.digest_of(receipt_texts.source()))
        assert makings.of(connection, number).vocabulary is receipt_texts.current()


@pytest.mark.parametrize("words", [b"altered", zstandard.compress(b"other words")])
def test_words_that_the_disk_altered_render_no_receipt(window: Window, words: bytes) -> None:
    with pytest.raises(ZeroDivisionError), writing(window.engine) as connection:
        row = {"number": 1, "form": makings.FORM, "digest": "of other words", "words": words}
        connection.execute(receipt_making.insert().values(row))
        with pytest.raises(AlteredData, match="not what was stored"):
            makings.of(connection, 1)
        raise ZeroDivisionError


def test_words_of_a_rolled_back_transaction_are_not_taken_for_kept(window: Window) -> None:
    with writing(window.engine) as connection:
        connection.execute(receipt_making.delete())
        connection.execute(receipt_group.delete())
    makings.forget(window.engine)
    with pytest.raises(ZeroDivisionError), writing(window.engine) as connection:
        number = makings.current_number(connection)
        assert makings.current_number(connection) == number > 0
        raise ZeroDivisionError
    assert write_by(window.engine, makings.current_number) == number
    with reading(window.engine) as connection:
        assert connection.execute(select(func.count()).select_from(receipt_making)).scalar_one() == 1


def test_words_that_a_savepoint_took_back_are_kept_again(window: Window) -> None:
    with writing(window.engine) as connection:
        connection.execute(receipt_making.delete())
        connection.execute(receipt_group.delete())
    makings.forget(window.engine)
    with writing(window.engine) as connection:
        with pytest.raises(ZeroDivisionError), connection.begin_nested():
            makings.current_number(connection)
            raise ZeroDivisionError
        number = makings.current_number(connection)
        assert makings.current_number(connection) == number
    assert read_by(window.engine, makings.of, number).form == makings.FORM


def test_a_number_that_the_database_does_not_keep_is_named(window: Window) -> None:
    with reading(window.engine) as connection, pytest.raises(LookupError, match="making 77"):
        makings.of(connection, 77)
