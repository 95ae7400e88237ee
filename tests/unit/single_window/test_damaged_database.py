"""A damaged page is a database that is down: nothing is taken, nothing is poison, and the newest copy is named."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http.client import HTTPException
from pathlib import Path

import pytest
from click.testing import Result
from serving_http import TRADE, Client, again, sample
from sqlalchemy import Text, func, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError

from schemas.packing import AlteredData
from single_window.api.server.listener import bind
from single_window.process.serving import Server
from single_window.store.damage import NOTE, check_at_start, examine, noted
from single_window.store.engine import open_engine, reading, writing
from single_window.store.failures import DatabaseDamaged, is_damage, is_engine_failure, is_transient
from single_window.store.mailbox_marks import IDENTITY, MailboxMarks, read_marks
from single_window.store.seals import SEALS
from single_window.store.tables import declaration, delivery, document, mailbox, message, serial, tax_bill, timeline
from single_window.wiring import Window
from tests.chaos.programs import until
from tests.commands import run_command
from tests.damaging import overwritten, root_page, tree_pages
from tests.databases import window_in
from tests.tables import each

TABLES = ("document", "receipt", "message", "mailbox", "delivery")


def driver_error(name: str, words: str = "database disk image is malformed") -> DatabaseError:
    error = type("Coded", (sqlite3.DatabaseError,), {"sqlite_errorname": name})(words)
    return DatabaseError("SELECT", None, error)


@each(
    ("error", "damaged"),
    [
        (driver_error("SQLITE_CORRUPT"), True),
        (driver_error("SQLITE_CORRUPT_INDEX"), True),
        (driver_error("SQLITE_NOTADB"), True),
        (DatabaseError("SELECT", None, type("Page", (Exception,), {"sqlstate": "XX001"})("invalid page")), True),
        (DatabaseError("SELECT", None, type("Index", (Exception,), {"sqlstate": "XX002"})("index")), True),
        (OperationalError("SELECT", None, sqlite3.OperationalError("Could not decode to UTF-8 column 'key'")), True),
        (AlteredData("packed messages are not what was stored"), True),
        (driver_error("SQLITE_FULL"), False),
        (driver_error("SQLITE_ERROR", "no such table: a"), False),
    ],
)
def test_what_counts_as_damage_is_a_failure_of_the_engine(error: Exception, damaged: bool) -> None:
    assert is_damage(error) is damaged
    assert not damaged or (is_engine_failure(error) and is_transient(error))


@each("error", [ValueError("Could not decode to UTF-8"), UnicodeDecodeError("utf-8", b"malformed", 0, 1, "x")])
def test_no_words_that_a_caller_may_choose_close_the_window(error: Exception) -> None:
    assert not is_damage(error) and not is_engine_failure(error)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with some traffic in it, and all of it in the file itself."""
    folder = tmp_path / "data"
    window = window_in(folder)
    for code in TRADE:
        list(window.receive("main", [again(sample(code))]))
    window.settle()
    window.close()
    return folder


@pytest.fixture
def file(data: Path) -> Path:
    found = data / "window.sqlite3"
    with closing(sqlite3.connect(found)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


@pytest.fixture
def served(data: Path, file: Path) -> Iterator[tuple[Window, Client]]:
    window = window_in(data)
    with Server(window, bind("127.0.0.1", 0), folders=False) as serving:
        yield window, Client(serving.url)
    window.close()


def command(data: Path, *arguments: str) -> Result:
    return run_command(*arguments, "--data", data)


def test_nothing_is_taken_or_given_once_a_page_was_found_damaged(served: tuple[Window, Client], file: Path) -> None:
    _, client = served
    assert client.call("GET", "/readyz").status == 200
    with overwritten(file, *tree_pages(file)):
        until(lambda: client.post(again(sample("311"))).status == 503, 60, "somebody to meet the damage")
        for _ in range(3):
            answer = client.post(again(sample("311")))
            assert answer.status == 503 and "Retry-After" in answer.headers
            assert str(file) not in answer.body.decode(), "participants need not know where it lies"
        assert client.get("/declarations").codes == ["database-damaged"]
        ready = client.call("GET", "/readyz")
        database = next(check for check in ready.json["checks"] if check["name"] == "database")
        assert ready.status == 503 and "damaged" in database["en"] and "newest copy" in database["en"]


def test_no_work_counts_as_poison_for_it(served: tuple[Window, Client], file: Path) -> None:
    window, client = served
    window.wakeups.wake("filed")
    with overwritten(file, *(root_page(file, table) for table in TABLES)):
        until(lambda: client.post(again(sample("621"))).status == 503, 60, "somebody to meet the damage")
    file.with_name(file.name + NOTE).unlink()
    with reading(window.engine) as connection:
        tried = select(func.count()).where((delivery.c.attempts > 0) | (delivery.c.state == "parked"))
        assert connection.execute(tried).scalar_one() == 0


def test_a_start_is_refused_until_a_copy_was_put_in_its_place(data: Path, file: Path, tmp_path: Path) -> None:
    copy, url = tmp_path / "copy.sqlite3", f"sqlite:///{file}"
    assert command(data, "backup", str(copy)).exit_code == 0
    with overwritten(file, root_page(file, "receipt")):
        with pytest.raises(DatabaseDamaged, match=r"copy\.sqlite3 of 20"):
            check_at_start(url)
        refused = command(data, "run", "--port", "0")
        assert refused.exit_code == 1 and "copy.sqlite3" in refused.stderr
        engine = open_engine(url)
        with pytest.raises(DatabaseDamaged), reading(engine) as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()
    file.write_bytes(copy.read_bytes())
    with pytest.raises(DatabaseDamaged):
        check_at_start(url)
    restored = command(data, "restored", "--yes")
    assert restored.exit_code == 0, restored.stderr + "a note stays until somebody says that a copy was restored"
    check_at_start(url)
    engine = open_engine(url)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()


def test_a_file_is_examined_by_command_and_in_a_bounded_time(data: Path, file: Path) -> None:
    assert command(data, "check").exit_code == 0
    assert examine(file, 0.0).faults == ()
    with overwritten(file, root_page(file, "document")):
        damaged = command(data, "check")
        assert damaged.exit_code == 1 and "is damaged" in damaged.stdout
        refused = command(data, "restored", "--yes")
        assert refused.exit_code == 1 and "Put another copy in its place" in refused.stderr
    whole = command(data, "check")
    assert whole.exit_code == 0 and "single-window restored --yes" in whole.stdout
    assert file.with_name(file.name + NOTE).exists()


def test_a_file_that_is_whole_again_is_opened_again_and_skips_no_number(data: Path, file: Path) -> None:
    given = read_marks(file)
    with overwritten(file, root_page(file, "document")):
        assert command(data, "check").exit_code == 1
        refused = command(data, "restored", "--yes", "--same-file")
        assert refused.exit_code == 1 and "leave out --same-file" in refused.stderr
        assert noted(file)
    assert command(data, "restored", "--yes", "--same-file").exit_code == 0
    assert noted(file) == ""
    assert given and read_marks(file) == given
    assert command(data, "check").exit_code == 0


def test_a_file_without_receipts_that_were_given_out_is_not_opened_again(data: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE mailbox SET next = 1")
        connection.commit()
    assert command(data, "check").exit_code == 1
    refused = command(data, "restored", "--yes", "--same-file")
    assert refused.exit_code == 1 and "has lost its newest transactions" in refused.stderr and noted(file)


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The data of a window that was killed after it had dealt with four messages; a backup was made before."""
    folder = tmp_path / "data"
    window_in(folder).close()
    assert command(folder, "backup", str(tmp_path / "copy.sqlite3")).exit_code == 0
    pid = os.fork()
    if pid == 0:
        try:
            window = window_in(folder)
            for code in TRADE:
                list(window.receive("main", [again(sample(code))]))
            window.settle()
        finally:
            os._exit(9)
    os.waitpid(pid, 0)
    return folder


def test_what_was_acknowledged_and_not_handled_yet_is_missed_too(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    window_in(folder).close()
    pid = os.fork()
    if pid == 0:
        try:
            window = window_in(folder)
            for code in TRADE:
                list(window.receive("main", [again(sample(code))]))
        finally:
            os._exit(9)
    os.waitpid(pid, 0)
    without_index(folder / "window.sqlite3-wal")
    refused = command(folder, "run", "--port", "0")
    assert refused.exit_code == 1 and "4 messages were acknowledged, of which it has 0" in refused.stderr


def test_a_database_that_is_gone_is_not_made_anew_beside_what_is_left_of_it(data: Path, file: Path) -> None:
    marks = file.with_name("window.sqlite3-places")
    given = marks.read_bytes()
    file.unlink()
    for arguments in (("declaration", "list"), ("run", "--port", "0")):
        refused = command(data, *arguments)
        assert refused.exit_code == 1 and "4 messages were acknowledged from it" in refused.stderr
    standing = command(data, "status")
    assert standing.exit_code == 1 and "4 messages were acknowledged from it" in standing.stdout
    assert not file.exists() and marks.read_bytes() == given
    file.touch()
    assert "4 messages were acknowledged, of which it has 0" in command(data, "run", "--port", "0").stderr
    file.with_name(file.name + NOTE).unlink()
    file.unlink()
    marks.unlink()
    window_in(data).close()
    assert file.exists()


def test_the_database_of_another_window_in_its_place_is_known_though_it_has_more(
    data: Path, file: Path, tmp_path: Path
) -> None:
    window = window_in(tmp_path / "other")
    with writing(window.engine) as connection:  # made from one template, in tests alone
        connection.execute(update(serial).where(serial.c.name == "identity").values(next=77))
    for _ in range(3):
        for code in TRADE:
            list(window.receive("main", [again(sample(code))]))
    window.settle()
    window.close()
    own = file.read_bytes()
    file.write_bytes((tmp_path / "other" / "window.sqlite3").read_bytes())
    for arguments in (("run", "--port", "0"), ("declaration", "list"), ("restored", "--yes", "--same-file")):
        refused = command(data, *arguments)
        assert refused.exit_code == 1 and "another window's, or an older copy" in refused.stderr, arguments
    file.write_bytes(own)
    assert command(data, "restored", "--yes", "--same-file").exit_code == 0, "put back"
    file.write_bytes((tmp_path / "other" / "window.sqlite3").read_bytes())
    assert command(data, "restored", "--yes").exit_code == 0, "it was meant"
    assert command(data, "check").exit_code == 0 and read_marks(file)[IDENTITY] == 77
    window_in(data).close()


def test_an_empty_file_beside_a_whole_log_is_a_database_that_is_gone(killed: Path) -> None:
    file, log = killed / "window.sqlite3", killed / "window.sqlite3-wal"
    kept = log.read_bytes()
    for suffix in ("-places", "-shm"):
        file.with_name(file.name + suffix).unlink()
    os.truncate(file, 0)
    for arguments in (("run", "--port", "0"), ("declaration", "list")):
        refused = command(killed, *arguments)
        assert refused.exit_code == 1 and "is not there, or empty" in refused.stderr, arguments
    assert log.read_bytes() == kept and not file.stat().st_size


def test_a_file_that_is_taken_away_while_a_window_works_takes_nothing_more(
    served: tuple[Window, Client], file: Path
) -> None:
    _, client = served
    assert client.post(again(sample("311"))).status == 202
    away = file.rename(file.with_name("away"))
    for there in (False, True):
        if there:
            file.write_bytes(away.read_bytes())
        assert client.post(again(sample("311"))).status == 503
        assert client.call("GET", "/readyz").status == 503


def altered(file: Path, table: str, column: str, key: str) -> None:
    """A bit of a stored value is another, and no page is malformed."""
    with closing(sqlite3.connect(file)) as connection:
        number, stored = connection.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}").fetchone()
        flipped = stored[:-9] + bytes([stored[-9] ^ 1]) + stored[-8:]
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", [flipped, number])
        connection.commit()


def test_a_message_that_the_disk_altered_is_not_given(served: tuple[Window, Client], file: Path) -> None:
    _, client = served
    number = client.call("GET", "/api/v1/messages").json["messages"][-1]["id"]
    assert client.call("GET", f"/api/v1/messages/{number}/body").status == 200
    altered(file, "archive", "body", "message_id")
    assert client.call("GET", f"/api/v1/messages/{number}/body").codes == ["database-damaged"]
    ready = client.call("GET", "/readyz")
    assert ready.status == 503 and "messages are not what was stored" in ready.body.decode()


CAPTURED = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-11-20T08:00:00Z",
    "epcisBody": {
        "eventList": [
            {
                "type": "ObjectEvent",
                "eventTime": "2026-11-20T08:00:00+08:00",
                "eventTimeZoneOffset": "+08:00",
                "action": "OBSERVE",
                "bizStep": "receiving",
                "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"],
            }
        ]
    },
}


def test_no_bit_of_a_captured_event_is_another_in_silence(
    served: tuple[Window, Client], data: Path, file: Path
) -> None:
    _, client = served
    (box, *_) = [one["mailbox"] for one in client.call("GET", "/api/v1/mailboxes").json["mailboxes"]]
    body, header = json.dumps(CAPTURED).encode(), {"Content-Type": "application/ld+json"}
    assert client.call("POST", f"/api/v1/epcis/capture?mailbox={box}", body, **header).json["taken"] == 1
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        (stored,) = connection.execute("SELECT body FROM epcis_event").fetchone()
        for bit in range(0, 8 * len(stored), 37):
            flipped = bytearray(stored)
            flipped[bit // 8] ^= 1 << bit % 8
            connection.execute("UPDATE epcis_event SET body = ?", [bytes(flipped)])
            assert client.call("GET", "/api/v1/epcis/events").codes == ["database-damaged"], bit
            assert "epcis_event" in command(data, "check").stdout or bit
            file.with_name(file.name + NOTE).unlink()
        connection.execute("UPDATE epcis_event SET body = ?", [stored])
        for column in ("event_id", "biz_step", "read_point", "recorded_at"):
            (before,) = connection.execute(f"SELECT {column} FROM epcis_event").fetchone()
            connection.execute(f"UPDATE epcis_event SET {column} = {column} || '1'")
            assert client.call("GET", "/api/v1/epcis/events").codes == ["database-damaged"], column
            connection.execute(f"UPDATE epcis_event SET {column} = ?", [before])
            file.with_name(file.name + NOTE).unlink()
        connection.execute("UPDATE epcis_event SET body = ?", [stored[5:]])
    assert client.call("GET", "/api/v1/epcis/events").status == 200, "one of a release before"


def test_no_column_of_a_receipt_is_another_in_silence(served: tuple[Window, Client], file: Path) -> None:
    _, client = served
    (box, *_) = [one["mailbox"] for one in client.call("GET", "/api/v1/mailboxes").json["mailboxes"]]
    receipts = f"/api/v1/receipts?mailbox={box}"
    assert client.call("GET", receipts).status == 200
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for column in ("code", "kind", "key", "order_no", "return_status", "return_time"):
            stored = connection.execute(f"SELECT group_id, position, {column} FROM receipt").fetchall()
            connection.execute(f"UPDATE receipt SET {column} = {column} + 1")
            assert client.call("GET", receipts).codes == ["database-damaged"], column
            connection.executemany(f"UPDATE receipt SET {column} = ?3 WHERE group_id = ?1 AND position = ?2", stored)
            file.with_name(file.name + NOTE).unlink()
            assert client.call("GET", receipts).status == 200


SEALED = sorted(
    (table.name, name, next(iter(table.primary_key)).name)
    for table, seal in SEALS.items()
    for name in seal.names
    if table in (declaration, document, message, tax_bill, timeline) and isinstance(table.c[name].type, Text)
)


COUNTS = {"/api/v1/state", "/api/v1/state/standing"}
"""Counted by the database: no row is told."""


@pytest.fixture
def tellers(served: tuple[Window, Client], file: Path) -> Mapping[str, str]:
    """Every address that a number of a trade, or of a message, answers, with what it tells."""
    window, client = served
    list(window.receive("main", [again(sample("311")).replace(b"<ceb:currency>142", b"<ceb:currency>1")]))
    window.settle()
    with closing(sqlite3.connect(file)) as connection:
        (order,) = connection.execute("SELECT order_no FROM declaration").fetchone()
        first, last = connection.execute("SELECT min(id), max(id) FROM message").fetchone()
    described = client.get("/openapi.json").json["paths"]
    told: dict[str, str] = {}
    for path, calls in described.items():
        for number in (order, first, last):
            asked = re.sub(r"\{\w+\}", str(number), path) + ("?number=" + str(number) if path.endswith("/find") else "")
            if "get" in calls and path not in COUNTS and (answer := client.call("GET", asked)).status == 200:
                told[asked] = answer.body.decode()
    return told


def told_by(client: Client, path: str) -> str:
    """What an address tells now; empty: nothing, or a stream that it broke off."""
    try:
        answer = client.call("GET", path)
    except HTTPException:
        return ""
    assert answer.status in (200, 404, 503)
    return answer.body.decode() if answer.status == 200 else ""


def test_no_column_is_told_that_the_disk_altered(
    served: tuple[Window, Client], tellers: Mapping[str, str], file: Path
) -> None:
    _, client = served
    told = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for table, column, key in SEALED:
            stored = connection.execute(f"SELECT {key}, {column} FROM {table} WHERE {column} <> ''").fetchall()
            values = {value for _, value in stored if len(value) > len("CNY")}  # those of letters are counted, too
            asked = [path for path, answer in tellers.items() if any(value in answer for value in values)]
            for path in asked:
                connection.execute(f"UPDATE {table} SET {column} = {column} || 'QQ' WHERE {column} <> ''")
                answer = told_by(client, path)
                if any(f"{value}QQ" in answer for value in values):
                    told.append(f"{table}.{column} by {path}")
                connection.executemany(f"UPDATE {table} SET {column} = ?2 WHERE {key} = ?1", stored)
                file.with_name(file.name + NOTE).unlink(missing_ok=True)
    assert "\n".join(told) == ""


def test_receipts_that_the_disk_altered_end_no_poll_in_silence(served: tuple[Window, Client], file: Path) -> None:
    _, client = served
    (box, *_) = [box["mailbox"] for box in client.call("GET", "/api/v1/mailboxes").json["mailboxes"] if box["receipts"]]
    with closing(sqlite3.connect(file)) as connection:
        for (number,) in connection.execute("SELECT id FROM receipt_group").fetchall():
            connection.execute("UPDATE receipt_group SET contents = substr(contents, 1, 20) WHERE id = ?", [number])
        connection.commit()
    assert client.call("GET", f"/api/v1/receipts?mailbox={box}&after=0").codes == ["database-damaged"]
    assert client.call("GET", "/readyz").status == 503


@each(
    ("table", "column", "key"),
    [
        ("archive", "body", "message_id"),
        ("document", "facts", "id"),
        ("receipt_group", "contents", "id"),
        ("tax_bill", "assessment", "declaration_id"),
    ],
)
def test_a_check_names_each_value_that_the_disk_altered(
    data: Path, file: Path, table: str, column: str, key: str
) -> None:
    altered(file, table, column, key)
    damaged = command(data, "check")
    assert damaged.exit_code == 1 and f"{table} " in damaged.stdout and f"{column}: packed" in damaged.stdout
    assert "are not what was stored" in command(data, "run", "--port", "0").stderr


@each(
    ("table", "kept"),
    [
        ("declaration", "order_no"),
        ("document", "order_no"),
        ("message", "sender"),
        ("tax_bill", "tax_no"),
        ("timeline", "event"),
        ("receipt", "code"),
        ("receipt", "position"),
    ],
)
def test_a_check_names_a_row_that_the_disk_altered(data: Path, file: Path, table: str, kept: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"UPDATE {table} SET {kept} = {kept} || 'x'")
        damaged = command(data, "check")
        connection.execute(f"UPDATE {table} SET {kept} = substr({kept}, 1, length({kept}) - 1)")
    assert damaged.exit_code == 1 and table in damaged.stdout and "a row is not what was stored" in damaged.stdout
    assert command(data, "check").exit_code == 0


def test_a_column_that_a_bit_of_the_schema_renamed_is_damage(data: Path, file: Path) -> None:
    stored = file.read_bytes()
    place = stored.index(b"edition TEXT")
    for renamed, said in ((b"efition", "its columns edition are not there"), (b"\xe5dition", "Could not decode")):
        file.write_bytes(stored[:place] + renamed + stored[place + 7 :])
        damaged = command(data, "check")
        assert damaged.exit_code == 1 and said in damaged.stdout


def test_a_mark_that_the_disk_altered_condemns_no_database(data: Path, file: Path) -> None:
    marks, given = file.with_name("window.sqlite3-places"), read_marks(file)
    stored = marks.read_bytes()
    for place in range(0, len(stored), 7):
        marks.write_bytes(stored[:place] + bytes([stored[place] ^ 0x80]) + stored[place + 1 :])
        assert examine(file).faults == () and len(read_marks(file)) == len(given) - 1
    assert command(data, "restored", "--yes").exit_code == 0
    window = window_in(data)
    for code in TRADE:
        list(window.receive("main", [again(sample(code))]))
    window.settle()
    window.close()
    assert set(read_marks(file)) == set(given)


def test_marks_of_a_release_that_wrote_no_checksums_are_believed_and_no_place_is_taken_from_another(
    data: Path, file: Path
) -> None:
    marks, given = file.with_name("window.sqlite3-places"), read_marks(file)
    stored = marks.read_bytes()
    slots = [stored[place : place + 124] for place in range(0, len(stored), 128)]
    marks.write_bytes(b"".join(slot + bytes(4) for slot in slots))
    assert read_marks(file) == given
    marks.write_bytes(b"".join(slot + b"\1\2\3\4" for slot in slots))
    writers = [MailboxMarks(str(file)) for _ in range(2)]
    for number, writer in enumerate(writers):
        writer.write({("main", f"DXP{number}"): 7})
        writer.close()
    assert read_marks(file) == {("main", "DXP0"): 7, ("main", "DXP1"): 7}


def flip_a_bit(log: Path) -> None:
    with log.open("r+b") as opened:
        place = log.stat().st_size // 2
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 1]))


def without_index(log: Path) -> None:
    """The log and its index are gone: only the marks tell."""
    log.unlink()
    log.with_name("window.sqlite3-shm").unlink()


def header_alone(log: Path) -> None:
    os.truncate(log, 32)


def test_no_command_adds_to_a_database_that_lost_what_was_acknowledged(killed: Path, tmp_path: Path) -> None:
    marks = killed / "window.sqlite3-places"
    given, body = marks.read_bytes(), tmp_path / "order.xml"
    body.write_bytes(again(sample("311")))
    without_index(killed / "window.sqlite3-wal")
    for _ in range(2):
        refused = command(killed, "submit", str(body))
        assert refused.exit_code == 1 and "4 messages were acknowledged, of which it has 0" in refused.stderr
    assert marks.read_bytes() == given


def test_a_copy_of_before_an_upgrade_is_upgraded_then_opened(data: Path, file: Path) -> None:
    with overwritten(file, root_page(file, "document")):
        assert command(data, "check").exit_code == 1
        assert command(data, "upgrade").exit_code == 1, "what is damaged is not upgraded"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("UPDATE mailbox SET next = 1; UPDATE alembic_version SET version_num = '0248'")
        connection.execute("DROP INDEX ix_port_parcel_taken_from")  # the newest revision is taken back
        connection.execute("ALTER TABLE port_parcel DROP COLUMN taken_from")
        connection.execute("DELETE FROM serial WHERE name = 'identity'")  # which databases of then had not
        connection.commit()
    refused = command(data, "restored", "--yes")
    assert refused.exit_code == 1 and "single-window upgrade" in refused.stderr and noted(file)
    upgraded = command(data, "upgrade")
    assert upgraded.exit_code == 0, upgraded.stderr
    assert noted(file), "it stays until somebody says that a copy was restored"
    assert command(data, "restored", "--yes").exit_code == 0 and not noted(file)
    assert command(data, "check").exit_code == 0


@pytest.mark.parametrize("ruin", [flip_a_bit, Path.unlink, without_index, header_alone])
def test_a_log_that_lost_what_was_answered_keeps_the_window_closed(
    ruin: Callable[[Path], None], killed: Path, tmp_path: Path
) -> None:
    file = killed / "window.sqlite3"
    ruin(file.with_name("window.sqlite3-wal"))
    for _ in range(2):  # the first attempt must leave what the second finds
        refused = command(killed, "run", "--port", "0")
        assert refused.exit_code == 1 and "is damaged" in refused.stderr and "copy.sqlite3 of" in refused.stderr
    assert command(killed, "declaration", "list").exit_code == 1
    assert command(killed, "check").exit_code == 1


def test_after_a_restore_no_mailbox_gives_a_place_again(killed: Path, tmp_path: Path) -> None:
    file = killed / "window.sqlite3"
    given = read_marks(file)
    flip_a_bit(file.with_name("window.sqlite3-wal"))
    assert command(killed, "declaration", "list").exit_code == 1, "a command that only reads must not lose it either"
    for ending in ("", "-wal", "-shm"):
        file.with_name(f"window.sqlite3{ending}").unlink()
    file.write_bytes((tmp_path / "copy.sqlite3").read_bytes())
    assert command(killed, "restored", "--yes").exit_code == 0
    window = window_in(killed)
    with reading(window.engine) as connection:
        stored = {(row.sandbox, row.dxp_id): row.next for row in connection.execute(select(mailbox))}
    assert given and all(stored[key] > place for key, place in given.items() if key[0])
    window.close()
    check_at_start(f"sqlite:///{file}")
