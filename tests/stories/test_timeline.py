"""The timeline of a list, step by step."""

from __future__ import annotations

from declarations.law.citations import in_english
from declarations.parameters import load
from single_window.cases.declarations import assembly
from tests.stories.story import TODAY


def test_steps_at_one_instant_are_reported_in_their_order(story):
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    mine = [line.event for line in record.timeline if line.kind == "inventory"]
    assert mine[-2:] == ["accepted", "review"], mine


def test_a_guarantee_is_freed_after_the_step_that_freed_it(story):
    trade = story.trade(fault="content_missing")
    story.send(trade)
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    mine = [line.event for line in record.timeline if line.kind in {"inventory", "tax_bill"}]
    assert mine == ["2", "accepted", "review", "freed"]
    story.decide(trade, "conclude", "")
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    mine = [line.event for line in record.timeline if line.kind in {"inventory", "tax_bill"}]
    assert mine[:4] == ["2", "accepted", "review", "freed"] and mine[-2:] == ["released", "billed"], mine


def test_the_days_of_a_bill_name_their_sources_in_both_languages(story):
    trade = story.trade()
    story.send(trade)
    record = story.read(assembly.of_declaration, int(str(story.column(trade, "id"))))
    (bill,) = record.bills
    assert any(TODAY.isoformat() in text and "入库日" in text for text in bill.working_zh)
    assert any("goods register" in text for text in bill.working_en) and any(
        "P1" in text and "Basis" in text for text in bill.working_en
    )
    law = load()
    for name in ("returns.application_days", "returns.goods_back_days", "collection.free_days", "collection.last_day"):
        value = law.on(name, TODAY)
        title = law.parameter(name)
        assert any(title.title in text and value.source in text for text in bill.working_zh), name
        assert any(title.title_en in text and in_english(value.source) in text for text in bill.working_en), name
