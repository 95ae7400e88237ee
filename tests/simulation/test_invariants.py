"""Each invariant barks at a database in which one thing was made wrong by hand, and keeps quiet at a sound one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateways.circumstances import Options
from tests.simulation import agencies
from tests.simulation.agencies import AgencyTraffic
from tests.simulation.oversight import Oversight
from tests.simulation.play import WILD, simulate, site
from tests.simulation.storylines import Storyline
from tests.simulation.traffic import SHOPS, Play
from tests.simulation.watch import Broken, Watch
from tests.simulation.weather import CLEAR

RELEASED = "(SELECT group_id FROM receipt WHERE kind = 'inventory' AND return_status = '800' LIMIT 1)"
ONE_MORE = f"""
    INSERT INTO receipt_group (id, sandbox, mailbox, first, count, filed_at, contents)
        SELECT 999999, g.sandbox, g.mailbox, m.next, 1, 0, g.contents FROM receipt_group g JOIN mailbox m
        ON m.sandbox = g.sandbox AND m.dxp_id = g.mailbox WHERE g.id = {RELEASED};
    UPDATE mailbox SET next = next + 1 WHERE dxp_id = (SELECT mailbox FROM receipt_group WHERE id = 999999);
    INSERT INTO receipt (group_id, position, sandbox, code, order_no, kind, key, return_status, return_time)
        SELECT 999999, 0, sandbox, code, order_no, kind, key, {{status}}, {{time}} FROM receipt
        WHERE group_id = {RELEASED} AND return_status = '800' LIMIT 1;"""
DONE = 888888
FILED = """INSERT INTO delivery (id, sandbox, queue, topic, message_id, state)
    VALUES ({id}, 'main', 'tax', 't', {message}, '{state}')"""
ALWAYS = [
    ("WorkIsKept", "UPDATE message SET state = 'received' WHERE id = (SELECT max(id) FROM message)", "is gone"),
    ("WorkIsKept", FILED.format(id=DONE, message=0, state="ready"), "was done and is ready"),
    ("WorkIsKept", FILED.format(id=999999, message=0, state="lost"), "is lost"),
    ("WorkIsKept", FILED.format(id=999999, message="(SELECT max(id) FROM message)", state="ready"), "is open and its"),
    ("PlacesAreKept", f"UPDATE receipt_group SET first = first + 1 WHERE id = {RELEASED}", "though"),
    ("PlacesAreKept", f"DELETE FROM receipt WHERE group_id = {RELEASED}", "receipts and has 0"),
    ("PlacesAreKept", f"UPDATE receipt_group SET mailbox = 'DXPENT0000000009' WHERE id = {RELEASED}", "though 1 is"),
    ("PlacesAreKept", "UPDATE mailbox SET next = next + 1", "is the next place, counted"),
    (
        "TimesIncrease",
        ONE_MORE.format(status="'800'", time="return_time + 9000"),
        "reported twice that it was released",
    ),
    ("TimesIncrease", ONE_MORE.format(status="'300'", time="return_time"), "follows an answer of"),
    ("LivesGoForward", "UPDATE declaration SET state = 'declared', version = version + 1", "from released to declared"),
    ("LivesGoForward", "UPDATE declaration SET state = 'closed'", "and is"),
    ("LivesGoForward", "UPDATE declaration SET invt_no = '1'", "2 declarations have the invt_no 1"),
    ("LivesGoForward", "DELETE FROM declaration WHERE trade_mode = '9610'", "is gone"),
    ("LivesGoForward", "UPDATE tax_bill SET state = 'reserved', version = version + 1", "from made to reserved"),
    ("BooksBalance", "UPDATE allowance SET used = used + 1000", "allowance ("),
    ("BooksBalance", "UPDATE guarantee SET booked = booked - 1000 WHERE booked > 0", "guarantee ("),
    ("BooksBalance", "UPDATE account_book SET drawn = 0", "stock ("),
    ("BooksBalance", "UPDATE declaration SET held = '', version = version + 1", "0 is held"),
]
AT_REST = [
    ("NothingIsLeft", "UPDATE declaration SET state = 'concluded'", "rests in concluded"),
    ("NothingIsLeft", "UPDATE tax_bill SET state = 'dropped'", "no tax bill was made"),
    ("NothingIsLeft", "UPDATE tax_bill SET pending = 1", "says 1 of waiting for goods, and 0 returns wait"),
    (
        "NothingIsLeft",
        FILED.format(id=999999, message=0, state="parked"),
        "a delivery t for tax rests parked",
    ),
    (
        "WhoeverWaitsHasADeadline",
        "UPDATE deadline SET state = 'done' WHERE kind = 'deadline.closing'",
        "no deadline.closing is open for the declaration",
    ),
    (
        "WhoeverWaitsHasADeadline",
        "DELETE FROM deadline WHERE kind = 'deadline.collection'",
        "no deadline.collection is open for the tax_bill",
    ),
]

AUDITED = [
    ("TheAuditIsSilent", "DELETE FROM spot_check_sample", "drawn without a sample"),
    ("TheAuditIsSilent", "UPDATE spot_check_sample SET plan_no = 'SP1', seal = 0", "samples of no plan"),
    ("TheAuditIsSilent", "UPDATE overseas_stock SET on_hand = on_hand + 1, seal = 0", "what came less what went"),
    ("TheAuditIsSilent", "DELETE FROM trace_code WHERE serial = 1", "codes of its batch"),
    (
        "LivesGoForward",
        "UPDATE recall SET state = 'announced', version = version + 1, seal = 0",
        "recall ZHPC1 went from",
    ),
    ("LivesGoForward", "DELETE FROM overseas_case", "stock abroad"),
    (
        "WhoeverWaitsHasADeadline",
        "UPDATE recall SET completed_at = 0, overdue_kind = '', seal = 0",
        "no deadline.recall is open",
    ),
]


@pytest.fixture(scope="module")
def played() -> bytes:
    """A database in which two trades were released, one from bond."""
    play = Play((SHOPS["1210"].trade(4), SHOPS["9610"].trade(5)), (Storyline(), Storyline()))
    simulate(0, WILD, play=play, weather=CLEAR, options=Options(inspection=False))
    with closing(site("window").looking()) as looking:
        return looking.serialize()


@pytest.fixture(scope="module")
def overseen() -> bytes:
    """A database in which the lines of two released trades were drawn, and some of them failed; a lot was recalled, and
    stock abroad told of."""
    play = Play((SHOPS["1210"].trade(4), SHOPS["9610"].trade(5)), (Storyline(), Storyline()))
    after = AgencyTraffic(play.trades[0], agencies.export_to_japan(3))
    overseen = replace(play, oversight=Oversight(("title=流; rate=1; days=20",)), afterwards=after)
    result = simulate(0, WILD, play=overseen, weather=CLEAR, options=Options(inspection=False))
    assert result.met["samples"] > 1 and result.met["recalls"] == 1 and result.met["moves abroad"] == 9
    with closing(site("window").looking()) as looking:
        return looking.serialize()


@pytest.fixture
def database(played: bytes, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """One who writes into that database."""
    (tmp_path / "window.sqlite3").write_bytes(played)
    with closing(sqlite3.connect(tmp_path / "window.sqlite3", isolation_level=None)) as writer:
        yield writer


@pytest.fixture
def watch(database: sqlite3.Connection, tmp_path: Path) -> Iterator[Watch]:
    """One who has looked at it while it was sound."""
    with closing(sqlite3.connect(tmp_path / "window.sqlite3", isolation_level=None)) as looking:
        watch = Watch(looking)
        database.execute(FILED.format(id=DONE, message=0, state="ready"))
        watch.check()
        database.execute(f"DELETE FROM delivery WHERE id = {DONE}")
        watch.check()
        watch.check_rest()
        yield watch


@pytest.mark.parametrize(("invariant", "wrong", "words"), ALWAYS)
def test_an_invariant_barks_after_the_step_that_breaks_it(
    watch: Watch, database: sqlite3.Connection, invariant: str, wrong: str, words: str
) -> None:
    database.executescript(wrong)
    with pytest.raises(Broken) as broken:
        watch.check()
    assert broken.value.invariant == invariant
    assert words in str(broken.value)


@pytest.mark.parametrize(("invariant", "wrong", "words"), AT_REST)
def test_an_invariant_barks_at_rest(
    watch: Watch, database: sqlite3.Connection, invariant: str, wrong: str, words: str
) -> None:
    database.executescript(wrong)
    with pytest.raises(Broken) as broken:
        watch.check_rest()
    assert broken.value.invariant == invariant
    assert words in str(broken.value)


@pytest.mark.parametrize(("invariant", "wrong", "words"), AUDITED)
def test_what_agencies_do_is_looked_at_too(
    overseen: bytes, tmp_path: Path, invariant: str, wrong: str, words: str
) -> None:
    (tmp_path / "window.sqlite3").write_bytes(overseen)
    with closing(sqlite3.connect(tmp_path / "window.sqlite3", isolation_level=None)) as database:
        watch = Watch(database)
        watch.check()
        watch.check_rest()
        watch.audit()
        with closing(sqlite3.connect(tmp_path / "window.sqlite3", isolation_level=None)) as writer:
            writer.executescript(wrong)
        looked = {"LivesGoForward": watch.check, "WhoeverWaitsHasADeadline": watch.check_rest}
        with pytest.raises(Broken) as broken:
            looked.get(invariant, watch.audit)()
    assert broken.value.invariant == invariant
    assert words in str(broken.value)


def test_each_invariant_is_seen_to_bark(watch: Watch) -> None:
    assert {case[0] for case in (*ALWAYS, *AT_REST, *AUDITED)} == {type(invariant).__name__ for invariant in watch.all}
