"""The amount of a guarantee: changed by an administrator, approved by somebody else, never below what bills take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from declarations.money import scaled_from_text
from gateways.circumstances import Options
from single_window.accounts.people import OPERATOR, Person
from single_window.accounts.rights import Lacking
from single_window.api.app import create_app
from single_window.cli import main
from single_window.clock import Clock
from single_window.language.refusal import Refusal
from single_window.settings import Settings
from single_window.store import decision_log, decision_log_check
from single_window.store.engine import reading
from single_window.store.tables import guarantee
from single_window.wiring import Window
from single_window.work import filing
from single_window.work import proposals as proposing
from tests.databases import ON_BOTH, carry_out, fetch, kept_open, made_database
from tests.officers import account, change_guarantee, signed_in
from tests.stories.story import NOON
from tests.tables import each

pytestmark = ON_BOTH
CODE = "3702960A01"
PAGE = f"/guarantees/{CODE}?sandbox=s&lang=en"
CHANGE = {"act": "change", "version": str(scaled_from_text("1000") + 1)}
"""A form about the guarantee as it was lodged."""
ADMIN, SUPERVISOR = Person("gao", "administrator"), Person("zhao", "supervisor")


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    """A window with a guarantee of 1,000 yuan, of which bills take 400."""
    with made_database(dialect, tmp_path) as address:
        database = "" if dialect == "sqlite" else address
        opened = Window(Settings(data=tmp_path, readers=0, undo_seconds=0, database=database))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        carry_out(
            opened.engine,
            insert(guarantee).values(
                sandbox="s",
                assure_code=CODE,
                name="海燕",
                amount=scaled_from_text("1000"),
                reserved=scaled_from_text("300"),
                booked=scaled_from_text("100"),
                standing="good",
                valid_until="2027-12-31",
            ),
        )
        yield from kept_open(opened)


def amount(window: Window) -> int:
    row = fetch(window.engine, select(guarantee)).one()
    assert (row.name, row.reserved, row.standing) == ("海燕", scaled_from_text("300"), "good"), "nothing else changes"
    return int(row.amount)


def proposed(window: Window, text: str = "2500.50", by: Person = ADMIN, **more: str) -> int:
    return change_guarantee(window, "s", CODE, text, by=by, **{"reason": "测试", **more})


def test_a_change_is_carried_out_once_another_has_approved_it(window: Window) -> None:
    number = proposed(window)
    assert filing.outcome(window, "s", number).proposed and amount(window) == scaled_from_text("1000")
    with pytest.raises(Refusal):
        proposing.approve(window, "s", number, ADMIN)
    with pytest.raises(Refusal):
        proposed(window, "700", OPERATOR)
    proposing.approve(window, "s", number, SUPERVISOR)
    assert filing.outcome(window, "s", number).done and amount(window) == scaled_from_text("2500.5")
    with reading(window.engine) as connection:
        rows = list(decision_log.entries(connection, "s"))
        assert decision_log_check.first_fault(connection, "s") is None
    assert [(row.by, row.outcome) for row in rows] == [("gao", "proposed"), ("zhao", "approved"), ("gao", "done")]
    assert (rows[-1].before, rows[-1].after) == ("1000.00", "2500.50")


@each(("column", "value", "rule"), [("amount", "1500", "16004"), ("reserved", "2500", "16003.both")])
def test_a_proposal_is_refused_where_the_guarantee_has_moved_on(
    window: Window, column: str, value: str, rule: str
) -> None:
    carry_out(
        window.engine, update(guarantee).values(amount=scaled_from_text("1000"), reserved=scaled_from_text("300"))
    )
    number = proposed(window)
    carry_out(window.engine, update(guarantee).values({column: scaled_from_text(value)}))
    proposing.approve(window, "s", number, SUPERVISOR)
    decision = filing.outcome(window, "s", number)
    assert decision.refused and decision.answer[0].rule == rule


@each(
    ("code", "text", "was", "why"),
    [
        (CODE, "399.99", "", "guarantee_taken"),
        (CODE, "1000.00", "", "guarantee_unchanged"),
        (CODE, "1.234", "", "guarantee_amount"),
        (CODE, "-5", "", "guarantee_amount"),
        (CODE, "1e9", "", "guarantee_amount"),
        (CODE, "", "", "guarantee_amount"),
        (CODE, "2000", "999.00", "moved_on"),
    ],
)
def test_what_is_not_possible_is_refused_with_its_reason(
    window: Window, code: str, text: str, was: str, why: str
) -> None:
    seen = scaled_from_text(was) + 1 if was else 0
    with pytest.raises(Refusal) as refused:
        change_guarantee(window, "s", code, text, by=OPERATOR, seen=seen)
    assert refused.value.name == why


def test_only_an_administrator_proposes(window: Window) -> None:
    with pytest.raises(Lacking):
        proposed(window, by=SUPERVISOR)


def test_pages_show_propose_and_approve_it(window: Window) -> None:
    app = create_app(window)
    gao = signed_in(app.test_client(), window, "gao", "administrator")
    assert f'href="/guarantees/{CODE}?sandbox=s' in gao.get("/guarantees?sandbox=s&lang=en").text
    refused = gao.post(PAGE, data={"amount": "1", "version": "0", **CHANGE, "reason": "追加"})
    assert refused.status_code == 422 and "may not fall below 400.00" in refused.text
    assert "Everything you typed is still in the form" in refused.text and 'value="追加"' in refused.text
    without = gao.post(PAGE, data={"amount": "2000", "version": "0", **CHANGE})
    assert without.status_code == 422 and "needs a reason" in without.text
    assert (
        "proposed=change"
        in gao.post(PAGE, data={"amount": "2000", "version": "0", **CHANGE, "reason": "追加"}).location
    )
    zhao = signed_in(app.test_client(), window, "zhao", "supervisor")
    page = zhao.get(PAGE).text
    assert "1,000.00 → 2,000.00" in page and 'value="approve"' in page and 'name="amount"' not in page
    number = page.split("/proposals/")[1].split("?")[0]
    assert zhao.post(f"/proposals/{number}?sandbox=s", data={"act": "approve"}).location.startswith(
        f"/guarantees/{CODE}"
    )
    assert amount(window) == scaled_from_text("2000")
    assert gao.get("/guarantees/nobody?sandbox=s").status_code == 404
    assert zhao.post(PAGE, data={"act": "change", "amount": "3000", "version": "0"}).status_code == 403


def test_the_command_proposes_with_an_account_and_changes_without(window: Window) -> None:
    account(window, "gao", "administrator")
    where = ["--sandbox", "s", "--data", str(window.settings.data)]
    about = ["--about", "guarantee", "--reason", "追加"]
    runner = CliRunner(env={"SINGLE_WINDOW_DATABASE": window.settings.database})
    result = runner.invoke(main, ["act", CODE, "change", "--amount", "1800", *about, *where])
    assert result.exit_code == 0 and amount(window) == scaled_from_text("1800"), result.output
    result = runner.invoke(main, ["act", CODE, "change", "--amount", "1900", *about, "--as", "gao", *where])
    assert (
        result.exit_code == 0
        and "approve --about proposal" in result.output
        and amount(window) == scaled_from_text("1800")
    )
