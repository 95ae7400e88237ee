"""A validation against what is stored says of a list what customs then decides, and leaves no trace."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import func, select

from declarations.reasons import Reason
from simulators.known_faults import KnownFault, known_faults
from single_window.intake.validated import Against, Validation
from single_window.intake.validation import validate
from single_window.store.tables import metadata
from tests.databases import ON_BOTH, fetch
from tests.stories.exporting import Sale
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
MATCHED = [
    fault
    for fault in known_faults("import")
    if not fault.story
    and fault.expected.outcome == "100"
    and fault.name not in {"order_missing", "payment_missing", "waybill_missing", "paid_not_sum"}
]
"""Faults of one trade that customs finds when its documents have met."""


def predict(story: StoryRunner, body: bytes) -> Validation:
    return validate(story.window, story.sandbox, body, against=Against.STORED)


def rows(story: StoryRunner) -> dict[str, int]:
    """How many rows each table holds."""
    return {
        table.name: int(fetch(story.window.engine, select(func.count()).select_from(table)).scalar() or 0)
        for table in metadata.sorted_tables
    }


def decided(story: StoryRunner, trade: object) -> list[str]:
    """The codes for which customs refused a list."""
    text = str(story.column(trade, "reasons") or "")  # type: ignore[arg-type]
    return [reason.rule for reason in msgspec.json.decode(text, type=list[Reason])] if text else []


def of_customs(validation: Validation, *, warning: bool = False) -> list[str]:
    return [
        staged.finding.code
        for staged in validation.findings
        if staged.stage == "customs" and staged.finding.warning == warning
    ]


@pytest.mark.long
@each("fault", MATCHED)
def test_what_is_predicted_of_a_faulty_trade_is_what_customs_decides(
    start_story: Callable[..., StoryRunner], fault: KnownFault
) -> None:
    story = start_story(fault.name, open=not fault.closed)
    trade = story.trade(fault=fault.name)
    story.send(trade, "order", "payment", "waybill")
    body = story.message(trade, "inventory")
    before = rows(story)
    validation = predict(story, body)
    assert rows(story) == before
    story.submit(body)
    assert of_customs(validation) == decided(story, trade), fault.name
    for staged in validation.findings:
        if staged.stage == "customs" and not staged.finding.warning:
            assert staged.fields and staged.finding.remedy_zh and staged.finding.remedy_en, staged.finding.code
            assert all(field.line for field in staged.fields), staged.finding.code


def test_a_sound_list_is_predicted_sound_before_and_after_it_is_accepted(
    start_story: Callable[..., StoryRunner],
) -> None:
    story = start_story()
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    assert of_customs(predict(story, story.message(trade, "inventory"))) == []
    story.send(trade, "inventory")
    again = predict(story, story.message(trade, "inventory"))
    assert of_customs(again) == [] and not again.valid


def test_an_export_is_predicted_as_customs_decides(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story()
    sale = Sale()
    story.submit(*sale.messages("export_order", "export_waybill"))
    body = sale.message("export_inventory", packNo="2", freight="8.00")
    before = rows(story)
    validation = predict(story, body)
    assert rows(story) == before
    story.submit(body)
    assert of_customs(validation) == decided(story, sale) and "17114" in of_customs(validation)
