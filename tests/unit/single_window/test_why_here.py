"""Why cases wait, as queue and pages tell it: from stored reasons, the last step, or the company's words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from played_trades import SANDBOX, Played
from sqlalchemy import Connection, event, select

from declarations.reasons import Reason
from single_window.cases import waiting_sentences
from single_window.cases.steps_here import Step, told_by_steps
from single_window.language.company_names import short_name
from single_window.settings import Settings
from single_window.store import case_queue
from single_window.store.case_queue import QueuedCase, QueueFilter
from single_window.store.engine import reading
from single_window.store.records import to_json
from single_window.store.tables import participant
from single_window.wiring import Window
from tests.tables import each


@pytest.fixture(scope="module")
def connection(played: Played) -> Iterator[Connection]:
    window = Window(Settings(data=played.data))
    with reading(window.engine) as connection:
        yield connection
    window.close()


@pytest.fixture(scope="module")
def cases(connection: Connection) -> list[QueuedCase]:
    return case_queue.page(connection, SANDBOX, QueueFilter(), most=50)


def test_a_request_is_told_by_what_the_company_wrote(connection: Connection, cases: list[QueuedCase]) -> None:
    (asked,) = [case for case in cases if case.subject == "request"]
    (why,) = waiting_sentences.whys_of(connection, SANDBOX, asked.key)
    assert why.sentence.en.startswith("The company asks to return goods; it says: ")
    assert why.sentence.zh.startswith("企业申请退货，理由：") and not why.law and not why.code


def test_every_row_has_a_short_form_and_all_rows_take_one_question(
    connection: Connection, cases: list[QueuedCase]
) -> None:
    asked: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    rows = waiting_sentences.rows_of(connection, SANDBOX, cases)
    assert rows.keys() == {case.key for case in cases} and all(row.told for row in rows.values())
    assert len(asked) <= 1, asked


def test_reasons_kept_with_a_subject_stand_in_for_a_case_without_any(
    connection: Connection, cases: list[QueuedCase]
) -> None:
    (asked,) = [case for case in cases if case.subject == "request"]
    kept = Reason("17414", {"gnums": "1,2"})
    (why,) = waiting_sentences.whys_of(connection, SANDBOX, asked.key, [kept])
    assert (why.code, why.sentence.en) == ("17414", "Lines 1,2 are taxed as imports when they come back.")


def test_what_does_not_wait_has_no_sentence(connection: Connection) -> None:
    assert waiting_sentences.whys_of(connection, SANDBOX, ("declaration", "0")) == ()
    assert waiting_sentences.rows_of(connection, SANDBOX, []) == {}


def test_companies_are_told_by_name_and_those_that_are_not_registered_by_code(
    connection: Connection, cases: list[QueuedCase]
) -> None:
    code, name = connection.execute(
        select(participant.c.code, participant.c.name).where(participant.c.sandbox == SANDBOX).limit(1)
    ).one()
    listed = next(case for case in cases if case.subject == "declaration")
    rows = waiting_sentences.rows_of(
        connection,
        SANDBOX,
        [
            listed._replace(subject_id=number, reasons=(Reason("14207", {"assure_code": guarantor}),))
            for number, guarantor in (("1", code), ("2", "3702960NOO"))
        ],
    )
    (known,), (unknown,) = rows["declaration", "1"].told, rows["declaration", "2"].told
    assert known.en == f"{short_name(name)} {code} has no guarantee." and unknown.en == "3702960NOO has no guarantee."


LEG = {"gnum": "1", "dollars": "55555.55", "limit": "50000.00"}
COLLECTED = {"total": "55555.55", "direction_zh": "收汇", "direction_en": "collections"}
CLASS, LIMIT = Reason("21024", COLLECTED), Reason("21060", LEG)
RATE = Reason("21030", {"amount": "55555.55", "currency": "USD", "rate": "7.1795", "yuan": "398861.07"})


@each(
    ("reasons", "told", "more"),
    [
        ((CLASS, LIMIT, RATE), ["Class B", "55,555.55 dollars, above the limit of 50,000.00."], 0),
        ((RATE,), ["55,555.55 US dollars are 398,861.07 yuan."], 0),
        ((CLASS, LIMIT, LIMIT, LIMIT, RATE), ["Class B", "55,555.55 dollars, above the limit of 50,000.00."], 2),
    ],
)
def test_a_row_tells_as_many_reasons_as_it_has_room_for_and_none_that_only_informs(
    connection: Connection, cases: list[QueuedCase], reasons: tuple[Reason, ...], told: list[str], more: int
) -> None:
    listed = next(case for case in cases if case.subject == "declaration")._replace(reasons=reasons)
    row = waiting_sentences.rows_of(connection, SANDBOX, [listed])[listed.key]
    assert len(row.told) == len(told) and row.more == more
    assert all(words.en.startswith(start) for words, start in zip(row.told, told, strict=True)), row


ACCEPTED, REVIEWED = "refund_accept>accepted:20555", "refund_review>in_review:20561"
ASKED, REMINDED = "refund_ask>asked:20503", "refund_remind>asked:20505"
FIRST, THEN = "officer_detain>under_inspection:16002", "officer_detain_for_smuggling>under_inspection:16002"
DETAINED = [FIRST, "drawn>under_inspection:14500", THEN, "officer_remind>detained:16002"]


@each(
    ("words", "state", "events", "told"),
    [
        ("what came later is history", "in_review", [ACCEPTED, REVIEWED, "refund_exchange>in_review:20582"], ["20561"]),
        ("why, then the question", "asked", [ACCEPTED, REVIEWED, ASKED, REMINDED], ["20561", "20503"]),
        ("an answer changes nothing of it", "in_review", [REVIEWED, ASKED, "refund_review>in_review:"], ["20561"]),
        ("goods are detained by the last act that did", "detained", DETAINED, ["14502"]),
        ("never there", "in_review", [ACCEPTED], []),
    ],
)
def test_a_case_is_told_by_the_step_into_its_state(
    words: str, state: str, events: list[str], told: list[str], cases: list[QueuedCase]
) -> None:
    parts = [re.split("[>:]", event) for event in reversed(events)]
    steps = [Step(event, after, to_json((Reason(rule, {}),)) if rule else "") for event, after, rule in parts]
    case = cases[0]._replace(kind="refund_claim", number="C|TS1", order_no="", state=state, reasons=())
    assert [reason.rule for reason in told_by_steps(case, {("refund_claim", "TS1"): steps})] == told, words
