"""Papers of imports that ended: masked on request, dropped no sooner than the law allows; the ledgers stay right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from declarations.calendar import DAY, day_of
from declarations.documents import DOCUMENTS
from declarations.documents import unpack as unpack_facts
from schemas.packing import FACTS
from single_window.api import create_app
from single_window.auditing import audit_ledgers
from single_window.intake.admission_queue import AdmissionQueue
from single_window.refused import Refused
from single_window.retention import closing_records
from single_window.store.engine import reading
from single_window.store.receipt_contents import unpack
from single_window.store.tables import declaration, document, receipt, receipt_group, timeline
from single_window.wiring import Window
from tests.commands import run_command
from tests.databases import ON_BOTH, fetch, kept_open, read_by, window_in
from tests.stories.story import NOON, StoryRunner

pytestmark = ON_BOTH
SANDBOX = "story"
TABLES = (document, receipt, timeline)


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    """Five trades that are closed, one that waits, and a clock that stands four years later."""
    opened = window_in(tmp_path / "data", database=address)
    story = StoryRunner(opened, SANDBOX, inspection=False)
    for number in range(5):
        story.send(story.trade(number))
    opened.settle()
    opened.advance(SANDBOX, NOON + 1_500 * DAY)
    story.send(story.trade(6), "payment", "inventory")
    opened.settle()
    yield from kept_open(opened)


def rows(engine: Engine) -> dict[str, int]:
    return {
        table.name: int(
            fetch(engine, select(func.count()).select_from(table).where(table.c.sandbox == SANDBOX)).scalar_one()
        )
        for table in TABLES
    }


def texts(engine: Engine) -> str:
    """All that documents, receipts and timeline say."""
    with reading(engine) as connection:
        facts = [FACTS.unpack(bytes(row)) for row in connection.execute(select(document.c.facts)).scalars()]
        groups = connection.execute(select(receipt_group.c.contents)).scalars()
        result = [bytes(content).decode("utf-8", "replace") for group in groups for content in unpack(group)]
        result += connection.execute(select(timeline.c.reasons)).scalars()
    return b"".join(facts).decode() + "".join(result)


def day(window: Window, before: int = 0) -> date:
    return day_of(window.now(SANDBOX) - before * DAY)


def clean(window: Window) -> bool:
    return not any(ledger.differences for ledger in read_by(window.engine, audit_ledgers, SANDBOX))


def handled(steps: Iterable[closing_records.Reached]) -> int:
    return sum(step.imports for step in steps)


def test_papers_of_ended_imports_go_and_lists_and_ledgers_stay(window: Window) -> None:
    before = rows(window.engine)
    limit = closing_records.last_day(window.now(SANDBOX), window.parameters)
    assert handled(closing_records.drop(window.engine, SANDBOX, limit)) == 5
    after = rows(window.engine)
    assert after["document"] == 2 and all(0 < after[name] < before[name] for name in before)
    states = fetch(window.engine, select(declaration.c.state).where(declaration.c.sandbox == SANDBOX)).scalars().all()
    ids = fetch(window.engine, select(declaration.c.id).where(declaration.c.sandbox == SANDBOX)).scalars().all()
    assert sorted(states) == ["closed"] * 5 + ["declared"] and clean(window)
    client = create_app(window, admission=AdmissionQueue(window)).test_client()
    assert {client.get(f"/declarations/{number}?sandbox={SANDBOX}").status_code for number in ids} == {200}
    assert handled(closing_records.drop(window.engine, SANDBOX, day(window, 1_200))) == 0


def test_people_are_masked_everywhere_and_only_in_what_ended(window: Window) -> None:
    result = fetch(
        window.engine,
        select(document.c.facts, declaration.c.state)
        .join(declaration, declaration.c.document_id == document.c.id)
        .where(declaration.c.sandbox == SANDBOX),
    ).all()
    people = {row.state: json.loads(FACTS.unpack(bytes(row.facts)))[23] for row in result}
    assert people["closed"] in texts(window.engine)
    before = rows(window.engine)
    assert handled(closing_records.mask(window.engine, SANDBOX, day(window, 100))) == 5
    output = texts(window.engine)
    assert people["closed"] not in output and people["declared"] in output and closing_records.MASK in output
    assert rows(window.engine) == before and clean(window)


def test_broken_off_nothing_is_half_done_and_the_next_run_goes_on(window: Window) -> None:
    limit = closing_records.last_day(window.now(SANDBOX), window.parameters)

    deleted: list[str] = []

    def interrupt(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("DELETE"):
            deleted.append(statement)
            if len(deleted) == 7:
                raise KeyboardInterrupt

    before = rows(window.engine)
    event.listen(window.engine, "before_cursor_execute", interrupt)
    with pytest.raises(KeyboardInterrupt):
        handled(closing_records.drop(window.engine, SANDBOX, limit, step=2))
    event.remove(window.engine, "before_cursor_execute", interrupt)
    left = read_by(window.engine, closing_records.count, SANDBOX, 2**62)
    assert 0 < left < 5 and before["document"] > rows(window.engine)["document"] == 4 * left + 2 and clean(window)
    assert handled(closing_records.drop(window.engine, SANDBOX, limit)) == left and rows(window.engine)["document"] == 2


def test_what_the_law_wants_kept_is_not_dropped(window: Window) -> None:
    with pytest.raises(Refused, match="36 months"):
        closing_records.check(day(window, 36 * 30), window.now(SANDBOX), window.parameters)
    closing_records.check(
        closing_records.last_day(window.now(SANDBOX), window.parameters), window.now(SANDBOX), window.parameters
    )


def test_the_command_says_what_would_go_and_does_it(tmp_path: Path) -> None:
    opened = window_in(tmp_path)
    story = StoryRunner(opened, SANDBOX, inspection=False)
    trade = story.trade(0)
    story.send(trade)
    opened.settle()
    opened.advance(SANDBOX, NOON + 1_500 * DAY)
    allowed, early = closing_records.last_day(opened.now(SANDBOX), opened.parameters), day(opened)
    opened.close()

    def prune(before: date, *more: str) -> Any:
        return run_command(
            "prune", "--before", before, "--trades", *more, "--sandbox", SANDBOX, "--data", tmp_path, "--json"
        )

    refused = prune(early, "--yes")
    assert refused.exit_code == 1 and "36 months" in refused.output
    assert json.loads(prune(allowed, "--dry-run", "--yes").output)["done"] is False
    assert json.loads(prune(allowed).output)["trades"] == 1
    assert json.loads(prune(allowed, "--yes").output)["done"] is True
    assert json.loads(prune(allowed).output)["trades"] == 0


def test_an_officers_words_about_a_buyer_are_masked_too(tmp_path: Path, address: str) -> None:
    opened = window_in(tmp_path / "typed", database=address)
    story = StoryRunner(opened, SANDBOX, inspection=False)
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    facts = fetch(opened.engine, select(document.c.facts).where(document.c.kind == "inventory")).scalar_one()
    number = unpack_facts(DOCUMENTS["inventory"], facts).buyer_id_number
    story.decide(trade, "reject", f"身份证{number}与姓名不符")
    opened.advance(SANDBOX, NOON + 400 * DAY)
    kept = select(declaration.c.reasons).where(declaration.c.sandbox == SANDBOX)
    assert number in fetch(opened.engine, kept).scalar_one()
    assert handled(closing_records.mask(opened.engine, SANDBOX, day(opened, 100))) == 1
    after = fetch(opened.engine, kept).scalar_one()
    assert number not in after and closing_records.MASK in after and clean(opened)
    opened.close()
