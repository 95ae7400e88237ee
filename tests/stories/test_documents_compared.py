"""The documents of an import beside each other: what differs first, found by customs' own comparison."""

from __future__ import annotations

import inspect
import re

import pytest

from declarations import matching
from declarations.export import comparing
from single_window.cases.declarations import evidence, import_evidence
from single_window.cases.declarations.assembly import of_order
from single_window.cases.declarations.parts import Evidence
from single_window.language import phrases
from single_window.language.plainly import plainly
from single_window.master_data import importing as masterdata
from tests.databases import ON_BOTH
from tests.tables import each

pytestmark = ON_BOTH
KINDS = ["inventory", "order", "payment", "waybill"]


def compared(story, trade) -> Evidence:
    comparison = story.read(of_order, trade.id).evidence
    assert comparison is not None
    return comparison


def test_the_four_documents_of_a_sound_trade_agree_in_every_value(story):
    trade = story.trade()
    story.send(trade)
    comparison = compared(story, trade)
    assert [kind for kind, _ in comparison.columns] == KINDS
    assert (comparison.differing, comparison.differences, comparison.missing) == ((), (), ())
    rows = {row.name: row.texts for row in comparison.rows}
    head, paid = trade.document("inventory").head, trade.document("payment").head
    assert rows["buyer_id_number"] == (*[head["buyerIdNumber"]] * 3, "")
    assert rows["paid"][:2] == ("", rows["paid"][2]) and float(rows["paid"][2]) == float(paid["amountPaid"])
    assert rows["logistics_no"] == (head["logisticsNo"], "", "", head["logisticsNo"])
    line = trade.document("inventory").lines[0]
    assert line["itemNo"] in rows["item 1"][1] and rows["qty 1"][0] == rows["qty 1"][1]
    assert next(row.measures[0].zh for row in comparison.rows if row.name == "qty 1")


@pytest.mark.parametrize(
    ("kind", "changes", "rows", "rules"),
    [
        ("payment", {"amountPaid": "1.23"}, ["paid"], ["1332"]),
        ("payment", {"payerName": "别人"}, ["buyer_name"], ["1327"]),
        ("order", {"buyerTelephone": "13900000000"}, ["buyer_telephone"], ["130126"]),
        ("inventory", {"buyerName": "甲", "freight": "77"}, ["buyer_name", "freight"], ["14104", "13127"]),
    ],
)
def test_what_differs_comes_first_with_the_rule_that_found_it(story, kind, changes, rows, rules):
    trade = story.trade()
    story.send(trade, *[other for other in KINDS if other != kind])
    story.send(trade, kind, **changes)
    comparison = compared(story, trade)
    assert [row.name for row in comparison.differing] == rows == [row.name for row in comparison.rows[: len(rows)]]
    assert [reason.rule for reason in comparison.differences] == rules
    plain = plainly(comparison)
    assert plain["rows"][0]["differs"] and not plain["rows"][-1]["differs"] and plain["missing"] == []


def test_tax_that_the_order_kept_back_is_compared_with_what_is_assessed(story):
    trade = story.trade()
    more = {name: f"{float(trade.document('order').head[name]) + 0.33:.2f}" for name in ("taxTotal", "acturalPaid")}
    paid = {"amountPaid": f"{float(trade.document('payment').head['amountPaid']) + 0.33:.2f}"}
    story.send(trade, "waybill", "inventory")
    story.send(trade, "order", **more)
    story.send(trade, "payment", **paid)
    comparison = compared(story, trade)
    assert story.state(trade) == "released", "no rule refuses it"
    (row,) = [row for row in comparison.rows if row.name == "tax"]
    assert row == comparison.differing[0] and row.texts[1] == f"{float(more['taxTotal']):.2f}"
    assert row.texts == (f"{float(row.texts[1]) - 0.33:.2f}", row.texts[1], "", "")


def test_a_line_is_marked_in_the_value_that_differs(story):
    trade = story.trade()
    order = trade.document("order")
    first, *others = order.lines
    other = {**first, "unit": "012" if first["unit"] == "011" else "011"}
    story.send(trade.with_document("order", order._replace(lines=(other, *others))))
    comparison = compared(story, trade)
    assert [row.name for row in comparison.differing] == ["qty 1"] and [
        difference.rule for difference in comparison.differences
    ] == ["1322"]


def test_a_document_that_is_not_there_is_named_and_nothing_is_compared(story):
    trade = story.trade()
    story.send(trade, "inventory", "order", buyerName="甲")
    comparison = compared(story, trade)
    assert [kind for kind, _ in comparison.columns] == ["inventory", "order"]
    assert [kind for kind, _ in comparison.missing] == ["payment", "waybill"]
    assert comparison.differing == () and comparison.differences == ()


def test_whoever_the_register_identifies_may_have_been_paid_for_by_another(start_story):
    story = start_story(identity="registry")
    trade = story.trade()
    head = trade.document("inventory").head
    masterdata.import_csv(
        story.window, story.sandbox, "persons", f"id_number,name\n{head['buyerIdNumber']},{head['buyerName']}\n"
    )
    story.send(trade, "order", "waybill", "inventory")
    story.send(trade, "payment", payerName="别人")
    comparison = compared(story, trade)
    assert comparison.differing == () and story.state(trade) not in {"declared", "rejected"}


@each(
    ("source", "layout", "elsewhere"),
    [(matching, import_evidence.LAYOUT, {"14201"}), (comparing, evidence.LAYOUT, set())],
)
def test_every_rule_of_a_comparison_has_its_row_and_every_row_its_words(source, layout, elsewhere):
    rules = set(re.findall(r'"(\d{4,6})"', inspect.getsource(source))) - {"9610", "1210", "9710", "9810"} - elsewhere
    assert {rule for field in layout.fields for rule in field.rules} | layout.lines_rules == rules
    for section, names in (("compared", [field.name for field in layout.fields]), ("role", layout.kinds)):
        for name in names:
            text = phrases.phrase(section, name)
            assert text.zh != name and text.zh != text.en, name


def test_tax_that_the_order_kept_back_is_compared_with_the_tax_assessed(story):
    right, wrong = story.trade(0), story.trade(1)
    story.send(right)
    story.send(wrong, "order", taxTotal="1.09", acturalPaid=_paid_with(wrong, "1.09"))
    story.send(wrong, "payment", amountPaid=_paid_with(wrong, "1.09"))
    story.send(wrong, "waybill", "inventory")
    rows = {trade.id: {row.name: row for row in compared(story, trade).rows} for trade in (right, wrong)}
    assert not rows[right.id]["tax"].differs
    assert rows[right.id]["tax"].texts[0] == rows[right.id]["tax"].texts[1]
    comparison = compared(story, wrong)
    assert [row.name for row in comparison.differing] == ["tax"] and comparison.differences == ()
    assert rows[wrong.id]["tax"].texts[1] == "1.09"


def _paid_with(trade, tax):
    head = trade.document("order").head
    return f"{float(head['acturalPaid']) - float(head['taxTotal']) + float(tax):.2f}"
