"""No page, call or step of work reads a whole table, or all of a sandbox, where an index could lead to what it wants.

Every statement that a GET or a step of work sends is explained by the database itself. What is allowed is listed, each
with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from played_trades import SANDBOX, play
from sqlalchemy import Engine, event, func, select, text

from simulators.demo import OPTIONS, run
from simulators.entry import DEMO, audit_differences, open_sandbox, settings_for
from simulators.played_day import NoDisplay
from simulators.world import World
from single_window.api import create_app
from single_window.intake.admission_queue import AdmissionQueue
from single_window.settings import Settings
from single_window.store import deadlines, deliveries, sandboxes
from single_window.store.engine import reading
from single_window.store.tables import declaration, document, message
from single_window.wiring import Window
from tests.databases import made_database
from tests.tables import each

GROWING = (
    "archive",
    "deadline",
    "declaration",
    "delivery",
    "document",
    "message",
    "receipt",
    "receipt_group",
    "request",
    "tax_bill",
    "timeline",
)
"""Tables that grow with every list."""
AGENCIES = (
    "batch",
    "batch_member",
    "decision",
    "export_item",
    "filed_goods",
    "forex_leg",
    "forex_report",
    "inspection",
    "meeting",
    "parcel",
    "participant",
    "refund_claim",
    "refund_entry",
    "refund_line",
    "refund_paper",
    "summary",
    "summary_declaration",
    "summary_member",
    "vat_invoice",
    "vat_invoice_line",
    "work_case",
)
"""What else grows that gateways and officers work with; pages may list it."""
EACH_SCENE = (20, 20, 5)
"""Imports, exports and exports of a batch: a few of each, and of the month's summaries and claims that follow."""
ALLOWED = {
    "looked for last, when no index knows a number": (
        "document.guid = ? OR document.port_no",
        "message.guid = ?",
        "declaration.logistics_key LIKE",
    ),
    "requests are few": (
        "FROM request WHERE request.sandbox = ? AND (request.kind",
        "request.fields LIKE",
        "FROM request JOIN declaration",
    ),
    "counts everything, as it was asked": (
        "GROUP BY declaration.flow, declaration.state",
        "GROUP BY document.kind",
        "GROUP BY message.state",
        "GROUP BY receipt.code",
        "tax_bill.assessment",
        "GROUP BY declaration.state, declaration.lane",
        "SELECT count(*) AS count_1 FROM tax_bill",
        "GROUP BY message.sandbox",
    ),
    "once for each change of master data": (
        "participant.edition != ? OR participant.tolerances != ?",
        "participant.dxp_id != ? AND participant.tolerances != ?",
    ),
    "a recall looks through the lists that draw on account books": ("declaration.held LIKE",),
    "the first of an index will do": ("EXISTS (SELECT * FROM forex_leg",),
    "an index that holds just what was refused": ("DELETE FROM archive WHERE archive.message_id IN (SELECT anon_1.id",),
}
PATHS = (
    "/",
    "/day",
    "/day?day=2026-06-01",
    "/declarations",
    "/declarations?state=released",
    "/declarations?flow=E",
    "/declarations?state=in_review&flow=I",
    "/declarations?before={list}",
    "/declarations/{list}",
    "/declarations?number={order}",
    "/orders/{order}",
    "/messages/{message}",
    "/messages/{message}/raw",
    "/review",
    "/review?flow=I",
    "/review?after={list}",
    "/parked",
    "/channels",
    "/batches",
    "/summaries",
    "/refunds",
    "/exchange",
    "/api/v1/declarations",
    "/api/v1/declarations?state=released",
    "/api/v1/declarations?flow=I",
    "/api/v1/declarations?before={list}",
    "/api/v1/declarations/{order}",
    "/api/v1/declarations/{waybill}",
    "/api/v1/messages/{message}",
    "/api/v1/parked",
    "/api/v1/state",
    "/api/v1/receipts?mailbox={mailbox}",
    "/api/v1/receipts?mailbox=DXPENT9999999999",
    "/api/v1/conformance?mailbox={mailbox}",
    "/metrics",
    "/readyz",
)


class Site(NamedTuple):
    """A window with trades, a client of it, what it was asked, and numbers that lead somewhere."""

    engine: Engine
    client: FlaskClient
    queries: list[tuple[str, Any]]
    numbers: dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    played = play(tmp_path_factory.mktemp("data"))
    window = Window(Settings(data=played.data, readers=0))
    queries: list[tuple[str, Any]] = []
    event.listen(
        window.engine,
        "before_cursor_execute",
        lambda connection, cursor, statement, parameters, context, many: queries.append((statement, parameters)),
    )
    with reading(window.engine) as connection:
        newest = connection.execute(
            select(declaration).where(declaration.c.sandbox == SANDBOX).order_by(declaration.c.id.desc())
        ).first()
        last = connection.execute(select(func.max(message.c.id)).where(message.c.sandbox == SANDBOX)).scalar()
    assert newest is not None
    numbers = {
        "list": str(newest.id),
        "order": newest.order_no,
        "message": str(last),
        "mailbox": played.mailbox,
        "waybill": newest.logistics_key.partition("|")[2],
    }
    client = create_app(window, admission=AdmissionQueue(window)).test_client()
    yield Site(window.engine, client, queries, numbers)
    window.close()


def _plan(engine: Engine, statement: str, parameters: Any) -> list[str]:
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in cursor.fetchall()]
    finally:
        connection.close()


def _shape(statement: str) -> str:
    """A statement, however many values it names."""
    return re.sub(r"\?(, \?)+", "?", statement)


def reads_too_much(statement: str, plan: list[str], tables: Sequence[str] = GROWING) -> bool:
    """Whether a plan reads all of a growing table, or all that a sandbox has of it, in no useful order."""
    names = "|".join(tables)
    paged = "LIMIT" in statement and not any("TEMP B-TREE FOR ORDER BY" in step for step in plan)
    return (
        any(
            re.match(rf"SCAN ({names})\b(?!.*ix_delivery_(open|queue))", step)
            or (re.match(rf"SEARCH ({names})\b.*\(sandbox=\?\)$", step) and not paged)
            for step in plan
        )
        and not re.search(r"\b(max|min)\(", statement)  # the first or last of an index
    )


def _is_allowed(statement: str) -> bool:
    shown = re.sub(r"\s+", " ", statement)
    return any(part in shown for parts in ALLOWED.values() for part in parts)


@each("path", PATHS)
def test_what_a_page_queries_is_found_by_an_index(site: Site, path: str) -> None:
    site.queries.clear()
    answer = site.client.get(
        path.format(**site.numbers),
        headers={"X-Sandbox": SANDBOX},
        query_string=(None if "?" in path or path.startswith("/api") else {"sandbox": SANDBOX}),
        follow_redirects=True,
    )
    assert answer.status_code in {200, 503}
    selects = [pair for pair in site.queries if pair[0].lstrip().startswith("SELECT")]
    wrong = [
        (statement, plan)
        for statement, parameters in selects
        if reads_too_much(statement, plan := _plan(site.engine, statement, parameters)) and not _is_allowed(statement)
    ]
    assert wrong == []


@each(
    "statement",
    [
        "SELECT id FROM delivery WHERE topic = ?",
        "SELECT id FROM declaration WHERE sandbox = ? AND value > 1 ORDER BY value",
        "SELECT id FROM message WHERE guid = ?",
    ],
)
def test_a_statement_that_reads_too_much_is_found_out(site: Site, statement: str) -> None:
    assert reads_too_much(statement, _plan(site.engine, statement, ("x",)))


def test_a_poll_reads_a_mailbox_from_its_place_on_and_not_from_the_beginning(site: Site) -> None:
    site.queries.clear()
    path = f"/api/v1/receipts?mailbox={site.numbers['mailbox']}&after=2"
    answer = site.client.get(path, headers={"X-Sandbox": SANDBOX})
    assert answer.status_code == 200 and answer.json is not None and answer.json["receipts"][0]["sequence"] == 3
    statement, parameters = next(pair for pair in site.queries if "FROM receipt_group" in pair[0])
    assert any("receipt_group" in step and "first>?" in step for step in _plan(site.engine, statement, parameters))


@pytest.mark.long
def test_no_step_of_work_reads_all_of_a_sandbox(tmp_path: Path) -> None:
    sent: dict[str, Any] = {}
    audits: set[str] = set()
    with open_sandbox(settings_for(tmp_path, synchronous="NORMAL", readers=0), DEMO, World(1), OPTIONS) as session:
        event.listen(
            session.window.engine,
            "before_cursor_execute",
            lambda connection, cursor, statement, parameters, context, many: sent.setdefault(
                statement, parameters[0] if many else parameters
            ),
        )
        assert run(session, World(1), EACH_SCENE, 1, 20, nullcontext(NoDisplay()), {}).ok
        event.listen(session.window.engine, "before_cursor_execute", lambda *given: audits.add(_shape(given[2])))
        # as at the end of the run: audit and digests read all of a sandbox, on purpose
        list(audit_differences(session))
        session.digests()
        plans = {
            statement: _plan(session.window.engine, statement, parameters)
            for statement, parameters in sent.items()
            if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")) and _shape(statement) not in audits
        }
    assert len(plans) > 100, "the scenes send statements"
    wrong = [pair for pair in plans.items() if reads_too_much(*pair, GROWING + AGENCIES) and not _is_allowed(pair[0])]
    assert wrong == []


def test_every_step_of_work_finds_deliveries_by_an_index(site: Site) -> None:
    site.queries.clear()
    with reading(site.engine) as connection:
        deliveries.ready(connection, 1, ["customs", "tax"])
        deliveries.due(connection, ["customs"], 1)
        deliveries.depth(connection, SANDBOX)
        deliveries.waiting(connection, ["customs", "tax"], 1)
    plans = [_plan(site.engine, *pair) for pair in site.queries if "delivery" in pair[0]]
    assert len(plans) == 4 and all(re.search("ix_delivery_(open|queue)", " ".join(plan)) for plan in plans)


def test_which_sandboxes_have_something_due_is_read_by_one_look_at_an_index(site: Site) -> None:
    with reading(site.engine) as connection:
        clocks = dict.fromkeys(sandboxes.names(connection), 2**60)
        site.queries.clear()
        assert deadlines.with_due(connection, dict.fromkeys(clocks, 0)) == []
        assert deadlines.with_due(connection, clocks) == [SANDBOX]
        assert deadlines.with_due(connection, {"nowhere": 2**60}) == []
    assert len(site.queries) == 3
    plan = " ".join(_plan(site.engine, *site.queries[0]))
    assert "ix_deadline_open (sandbox=?)" in plan and "ORDER BY" not in plan


@pytest.mark.service
def test_postgresql_has_an_index_for_what_pages_list(tmp_path_factory: pytest.TempPathFactory) -> None:
    with made_database("postgresql", tmp_path_factory.mktemp("d"), new=True) as address:
        window = Window(Settings(data=tmp_path_factory.mktemp("data"), database=address, readers=0))
        mine = declaration.c.sandbox == "main"
        listed = (
            select(declaration.c.id).where(mine).order_by(declaration.c.id.desc()).limit(50),
            select(declaration.c.id).where(mine, declaration.c.state == "released").limit(50),
            select(document.c.id).where(document.c.sandbox == "main", document.c.order_no == "1"),
            select(message.c.id).where(message.c.sandbox == "main", message.c.received_at >= 1),
        )
        with reading(window.engine) as connection:
            connection.execute(text("SET enable_seqscan = off"))
            for statement in listed:
                sql = statement.compile(window.engine, compile_kwargs={"literal_binds": True})
                plan = "\n".join(connection.execute(text(f"EXPLAIN {sql}")).scalars())
                assert "Seq Scan" not in plan and "Index" in plan
        window.close()
