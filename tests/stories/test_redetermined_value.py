"""A price query ends in a value that an officer determines by a named method: receipt, yearly limit and tax follow
it, to the fen, and the bill's working says how."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from declarations.money import amount_text, scaled_from_text
from simulators.imports.trade import ImportTrade
from single_window.api.app import create_app
from single_window.cases import waiting_sentences
from single_window.cases.declarations import assembly, revaluing
from single_window.cases.declarations.cosmetics import form_of as form_of_cosmetics
from single_window.cases.declarations.taxes import supposed_tax
from single_window.frame.deciding import Filed
from single_window.frame.decision_kinds import Requested
from single_window.language.refusal import Refusal
from single_window.store import epochs
from single_window.store.decisions import find_decision
from single_window.store.tables import decision, guarantee, timeline
from single_window.work import proposals
from tests.databases import ON_BOTH, write_by
from tests.officers import TESTER, named, signed_in
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
LI, ZHAO = named("li", "reviewer"), named("zhao")
WHY = "同类商品成交价"


def queried(story: StoryRunner, number: int = 0, fault: str = "price_low") -> ImportTrade:
    trade = story.trade(number, fault=fault)
    story.send(trade)
    assert story.statuses(trade)[-1] == "300"
    return trade


def prices(trade: ImportTrade, factor: int) -> dict[str, str]:
    """New prices of the lines: so many times the declared ones."""
    lines = trade.document("inventory").lines
    return {line["gnum"]: amount_text(scaled_from_text(line["price"]) * factor) for line in lines}


def revalue(story: StoryRunner, trade: ImportTrade, by: Any = TESTER, factor: int = 2, **changes: Any) -> Filed:
    given = {"method": "similar", "prices": prices(trade, factor), **changes}
    return story.decide(trade, "revalue", WHY, by, as_declared=False, **given)


def bill_of(story: StoryRunner, trade: ImportTrade) -> Any:
    return story.read(assembly.of_declaration, int(str(story.column(trade, "id")))).bills[0]


def expected_value(trade: ImportTrade, factor: int) -> Decimal:
    document = trade.document("inventory")
    goods = sum(
        (Decimal(line["price"]) * factor * Decimal(line["qty"])).quantize(Decimal("0.01")) for line in document.lines
    )
    return goods + Decimal(document.head["freight"]) + Decimal(document.head["insuredFee"])


def test_the_list_goes_on_with_the_new_value_and_the_tax_follows(story: StoryRunner) -> None:
    trade = queried(story)
    before = bill_of(story, trade)
    revalue(story, trade)
    assert story.statuses(trade) == ["2", "120", "300", "399", "800"]
    told = story.receipts(trade)[-2].info
    assert WHY in told and "类似货物成交价格估价方法" in told
    assert all(f"第{gnum}项单价{price}元" in told for gnum, price in prices(trade, 2).items())
    after = bill_of(story, trade)
    assert Decimal(after.value) == expected_value(trade, 2) > Decimal(before.value)
    assert Decimal(after.total) > Decimal(before.total)
    identity_total = story.used_allowance(trade)
    assert amount_text(sum(identity_total)) == after.value, "the yearly limit follows"
    assert story.guarantee_of(trade) == (0, scaled_from_text(after.total)), "and the guarantee"
    (made,) = [receipt for receipt in story.receipts(trade, "tax_bill") if receipt.code == "816"]
    assert sum(Decimal(line["taxPrice"]) for line in made.fields["lines"]) == Decimal(after.value)


@each("language", ["zh", "en"])
def test_the_working_of_the_bill_says_how_and_by_which_law(start_story: Any, language: str) -> None:
    story = start_story(language)
    trade = queried(story)
    revalue(story, trade)
    working = "\n".join(bill_of(story, trade).working(language))
    first = trade.document("inventory").lines[0]
    for told in (first["price"].rstrip("0").rstrip("."), prices(trade, 2)[first["gnum"]], "213"):
        assert told in working, (told, working)
    assert ("类似货物成交价格估价方法" if language == "zh" else "similar goods") in working


@each(
    ("changes", "name"),
    [
        ({"method": "guess"}, "method_unknown"),
        ({"method": ""}, "method_needed"),
        ({"prices": {}}, "no_price_changed"),
        ({"prices": {"99": "1.00"}}, "line_unknown"),
        ({"prices": {"1": "0"}}, "price_wrong"),
        ({"prices": {"1": "0.00001"}}, "price_lowered"),
        ({"prices": {"1": "-3"}}, "price_wrong"),
        ({"prices": {"1": "1e9"}}, "price_wrong"),
        ({"prices": {"1": "dear"}}, "price_wrong"),
        ({"prices": {"1": "1.123456"}}, "price_wrong"),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_is_filed(start_story: Any, changes: dict[str, Any], name: str) -> None:
    story = start_story(f"s-{name}-{len(str(changes))}")
    trade = queried(story)
    with pytest.raises(Refusal) as refused:
        revalue(story, trade, **changes)
    assert refused.value.name == name and story.state(trade) == "in_review"


def test_nothing_is_valued_anew_without_a_reason(story: StoryRunner) -> None:
    trade = queried(story)
    with pytest.raises(Refusal) as refused:
        story.decide(trade, "revalue", "", as_declared=False, method="similar", prices=prices(trade, 2))
    assert refused.value.name == "reason_needed" and story.state(trade) == "in_review"


@each("typed", ["2500", "2500.0", "02500.00", " 2500.00 "])
def test_the_declarant_reads_a_price_as_it_is_kept(typed: str) -> None:
    wanted = Requested("revalue", WHY, values={"method": "similar", "prices": {"1": typed}})
    assert revaluing.reason_of(wanted) == f"{WHY}；类似货物成交价格估价方法：第1项单价2500.00元"


@pytest.mark.parametrize(
    "steps", [("suspend", "review"), ("ask", "withdraw"), ("suspend", "review", "ask", "withdraw", "suspend", "review")]
)
def test_a_queried_price_is_still_queried_after_other_acts(story: StoryRunner, steps: tuple[str, ...]) -> None:
    trade = queried(story)
    asked = reasons_of(story, trade)
    for step in steps:
        story.decide(trade, step, "补充材料")
    assert reasons_of(story, trade)[: len(asked)] == asked
    revalue(story, trade)
    assert (story.state(trade), story.statuses(trade)[-1]) == ("released", "800")


def reasons_of(story: StoryRunner, trade: ImportTrade) -> list[str]:
    return [reason[0] for reason in json.loads(str(story.column(trade, "reasons")))]


def test_only_a_list_whose_price_is_queried_is_valued_anew(story: StoryRunner) -> None:
    trade = story.trade(fault="guarantee_short")
    story.send(trade)
    with pytest.raises(Refusal, match="revalue"):
        revalue(story, trade)


def test_above_the_dated_amount_a_second_officer_agrees_and_below_it_none(story: StoryRunner) -> None:
    small, large = queried(story, 0), queried(story, 1)
    rise = expected_value(small, 2) - expected_value(small, 1)
    assert 0 < rise <= 1000
    assert story.read(find_decision, revalue(story, small, LI).decision).done
    factor = int(Decimal(1001) / (expected_value(large, 2) - expected_value(large, 1))) + 2
    filed = revalue(story, large, LI, factor)
    proposed = story.read(find_decision, filed.decision)
    assert (proposed.state, story.state(large)) == ("proposed", "in_review")
    assert Decimal(proposed.details["raised"]) > 1000
    proposals.approve(story.window, story.sandbox, filed.decision, ZHAO)
    story.window.settle()
    assert story.read(find_decision, filed.decision).done
    assert Decimal(bill_of(story, large).value) == expected_value(large, factor)


@each(("raised", "done"), [("1000.00", True), ("1000.01", False)])
def test_one_officer_raises_a_value_by_the_dated_amount_and_by_no_fen_more(
    story: StoryRunner, raised: str, done: bool
) -> None:
    trade = queried(story, 2 + done)
    line = trade.document("inventory").lines[0]
    price = (Decimal(line["totalPrice"]) + Decimal(raised)) / Decimal(line["qty"])
    filed = story.read(find_decision, revalue(story, trade, LI, prices={line["gnum"]: f"{price:.5f}"}).decision)
    assert (Decimal(filed.details["raised"]), filed.done) == (Decimal(raised), done)


def test_a_value_above_the_limits_is_refused_and_changes_nothing(story: StoryRunner) -> None:
    trade = queried(story)
    before, value = story.used_allowance(trade), story.column(trade, "value")
    factor = int(Decimal(30_000) / (expected_value(trade, 2) - expected_value(trade, 1))) + 2
    filed = revalue(story, trade, factor=factor)
    refused = story.read(find_decision, filed.decision)
    assert refused.refused and refused.answer[0].rule == "1313"
    assert (story.state(trade), story.used_allowance(trade)) == ("in_review", before)
    assert story.column(trade, "value") == value


def test_one_that_is_short_of_guarantee_keeps_its_new_value(story: StoryRunner) -> None:
    trade = queried(story)
    write_by(story.window.engine, _guarantees, 0)
    revalue(story, trade)
    assert story.statuses(trade)[-2:] == ["399", "300"], "the guarantee is short"
    write_by(story.window.engine, _guarantees, 10**12)
    story.decide(trade, "conclude")
    assert story.state(trade) == "released"
    assert Decimal(bill_of(story, trade).value) == expected_value(trade, 2)


def _guarantees(connection: Connection, amount: int) -> None:
    connection.execute(update(guarantee).values(amount=amount))
    epochs.bump(connection, "tax")


def undecided(story: StoryRunner) -> ImportTrade:
    """A list in review because the net content of cosmetics cannot be read: taxed as high-end until it is decided."""
    trade = story.trade(fault="content_missing")
    story.send(trade)
    return trade


@pytest.mark.parametrize("what", ["high_end", "other"])
def test_of_cosmetics_without_a_readable_content_it_must_be_decided_and_the_tax_follows(
    story: StoryRunner, what: str
) -> None:
    trade = undecided(story)
    (line,) = story.read(form_of_cosmetics, int(str(story.column(trade, "id"))))
    taxes = {choice.name: choice.tax for choice in line.choices}
    assert Decimal(taxes["high_end"]) > Decimal(taxes["other"]) and taxes["high_end"] == bill_of(story, trade).total
    with pytest.raises(Refusal, match="high-end"):
        story.decide(trade, "conclude", cosmetics={})
    with pytest.raises(Refusal):
        story.decide(trade, "conclude", cosmetics={line.gnum: "dear"})
    assert story.state(trade) == "in_review"
    story.decide(trade, "conclude", cosmetics={line.gnum: what})
    assert (story.state(trade), bill_of(story, trade).total) == ("released", taxes[what])
    working = "\n".join(bill_of(story, trade).working("en"))
    assert ("not high-end" in working) is (what == "other") and "an officer decided" in working
    said = {"high_end": "第1项：高档化妆品", "other": "第1项：非高档化妆品"}[what]
    (kept,) = story.rows(select(decision.c.reason).where(decision.c.action == "conclude"))
    assert kept.reason == f"测试; {said}", "the log says what was chosen"
    noted = story.rows(select(timeline.c.reasons).where(timeline.c.event == "officer_conclude"))
    assert said in str(noted[0].reasons) and any(said in str(one) for one in story.receipts(trade))


def test_the_page_offers_both_with_their_taxes_and_many_are_not_concluded_at_once(story: StoryRunner) -> None:
    trade = undecided(story)
    number = int(str(story.column(trade, "id")))
    (line,) = story.read(form_of_cosmetics, number)
    browser = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    shown = browser.get(f"/declarations/{number}?sandbox=story&lang=en").text
    for choice in line.choices:
        assert f'name="cosmetic-{line.gnum}"' in shown and f"<b>{choice.tax}</b>" in shown
    ticked = f"declaration~{number}~{story.column(trade, 'version')}"
    browser.post("/review/cases?sandbox=story", data={"act": "declaration.conclude", "case": [ticked]})
    story.window.settle()
    assert story.state(trade) == "in_review"
    form = {"act": "conclude", "version": str(story.column(trade, "version")), f"cosmetic-{line.gnum}": "other"}
    sent = browser.post(f"/declarations/{number}/decision?sandbox=story", data=form)
    assert sent.status_code == 303


def page_of(story: StoryRunner, trade: ImportTrade, language: str = "en") -> str:
    browser = signed_in(create_app(story.window).test_client(), story.window, "li", "reviewer")
    return browser.get(f"/declarations/{story.column(trade, 'id')}?sandbox=story&lang={language}").text


def taxes_in_sight(page: str) -> list[str]:
    """What the sections about tax that are not folded begin with: a bill's state, or that none was made."""
    folded_away = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    sections = re.findall(r"<h2>Tax (.*?)</h2>", folded_away, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", section).split()) for section in sections]


NO_BILL, REPLACED = "no bill: the list is not released", "assessed anew"
SUPPOSED = "as it would be assessed; no bill was made"


def short_of_guarantee(story: StoryRunner, act: str) -> ImportTrade:
    """A list whose tax an officer determined otherwise, and the guarantee of which is short then."""
    trade = queried(story) if act == "revalue" else undecided(story)
    assert taxes_in_sight(page_of(story, trade)) == [NO_BILL]
    write_by(story.window.engine, _guarantees, 0)
    if act == "revalue":
        revalue(story, trade)
    else:
        story.decide(trade, "conclude", cosmetics={"1": "other"})
    return trade


@pytest.mark.parametrize("act", ["revalue", "conclude"])
def test_no_tax_of_the_page_contradicts_what_was_determined(story: StoryRunner, act: str) -> None:
    trade = short_of_guarantee(story, act)
    number = int(str(story.column(trade, "id")))
    (needed,) = [reason[1]["tax"] for reason in json.loads(str(story.column(trade, "reasons")))]
    for step in ("suspend", "review"):
        assert taxes_in_sight(page_of(story, trade)) == [SUPPOSED], step
        assert story.read(supposed_tax, number).bill.total == needed
        assert f"<b>{needed}</b>" in page_of(story, trade)
        story.decide(trade, step, "待补充担保")
    freed = bill_of(story, trade)
    assert freed.replaced and REPLACED in freed.state_words.en and freed.total != needed
    write_by(story.window.engine, _guarantees, 10**12)
    story.decide(trade, "conclude")
    assert story.state(trade) == "released" and bill_of(story, trade).total == needed
    (made,) = taxes_in_sight(page_of(story, trade))
    assert "no bill" not in made and page_of(story, trade).count(REPLACED) == 1


def test_a_list_refused_at_its_new_value_shows_no_tax_of_the_old_one(story: StoryRunner) -> None:
    trade = short_of_guarantee(story, "revalue")
    story.decide(trade, "reject", "不符")
    assert taxes_in_sight(page_of(story, trade)) == [] and bill_of(story, trade).replaced


def test_the_tax_of_a_list_that_nobody_valued_anew_stays_in_sight(story: StoryRunner) -> None:
    trade = queried(story)
    story.decide(trade, "reject", "不符")
    assert taxes_in_sight(page_of(story, trade)) == [NO_BILL] and not bill_of(story, trade).replaced


def test_the_tax_before_and_at_the_usual_prices_stand_beside_each_other(story: StoryRunner) -> None:
    trade = queried(story)
    shown = page_of(story, trade)
    (sentence,) = story.read(waiting_sentences.whys_of, ("declaration", str(story.column(trade, "id"))))
    told = re.search(r"At the usual price the tax would be ([\d,.]+), not ([\d.]+)\.", sentence.sentence.en)
    assert told is not None
    usual, declared = told.groups()
    assert re.search(rf"As declared → at usual prices:.* {declared} → {usual}</p>", shown, re.DOTALL)
