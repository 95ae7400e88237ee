"""A company registers, changes, is suspended and graded: what it may declare and how often it is inspected follows."""

from __future__ import annotations

import pytest

from declarations import risk
from single_window.master_data import importing as masterdata
from single_window.receipts.rows import after, of_orders, render
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale, cancellation, invt_no, note, refund, statuses, tally
from tests.stories.registering import (
    BEEF,
    CARRIER,
    MERCHANT,
    MILK,
    NEWCOMER,
    acted,
    answers_about,
    application,
    goods,
    grades,
    items,
    known,
    noted,
    state,
    words,
)
from tests.stories.story import TODAY, WORLD, StoryRunner

pytestmark = ON_BOTH
GREEN = [("2", "2"), ("120", "21308"), ("800", "21301.filing")]
TO_AN_OFFICER = [("2", "2"), ("300", "21350")]


# applications


def test_a_complete_application_is_decided_at_once(story):
    story.submit(application(NEWCOMER))
    assert answers_about(story, NEWCOMER.code) == GREEN
    assert known(story, NEWCOMER, "credit_code", "name", "kinds", "dxp_id", "credit_grade", "suspended_at") == (
        NEWCOMER.credit_code,
        NEWCOMER.name,
        "merchant",
        NEWCOMER.dxp_id,
        "ordinary",
        0,
    )
    assert grades(story, NEWCOMER) == [(str(TODAY), "ordinary")]
    assert noted(story, NEWCOMER.code) == ["registered"]


def test_the_same_application_again_changes_nothing(story):
    story.submit(application(NEWCOMER), application(NEWCOMER))
    assert answers_about(story, NEWCOMER.code)[:1] == [("2", "2")]
    assert sorted(answers_about(story, NEWCOMER.code))[:2] == [("120", "21308"), ("2", "2")]
    story.submit(application(NEWCOMER, 100))
    assert words(story, NEWCOMER.code).startswith("企业备案[海关编码")
    assert answers_about(story, NEWCOMER.code)[-1][0] == "-996003"
    assert noted(story, NEWCOMER.code).count("registered") == 1


def test_what_is_wrong_is_refused_and_may_be_sent_again(story):
    story.submit(application(NEWCOMER, creditCode="91370202MA3C000110", customsCode="9999"))
    assert answers_about(story, NEWCOMER.code) == [("2", "2"), ("100", "21312")]
    assert words(story, NEWCOMER.code) == (
        "原因：[Code:21312;Desc:统一社会信用代码[91370202MA3C000110]校验不通过];[Code:21316;Desc:海关代码[9999]不存在]"
    )
    assert known(story, NEWCOMER, "name") == ()
    story.submit(application(NEWCOMER, 100))
    # it was refused within a year
    assert answers_about(story, NEWCOMER.code)[2:] == TO_AN_OFFICER
    acted(story, NEWCOMER.code, "approve")
    assert answers_about(story, NEWCOMER.code)[4:] == [("800", "21301.filing")]
    assert known(story, NEWCOMER, "kinds") == ("merchant",)


def test_a_carrier_needs_its_licence_and_a_warehouse_an_officer(story):
    story.submit(application(NEWCOMER._replace(kinds=("carrier",))))
    assert answers_about(story, NEWCOMER.code) == [("2", "2"), ("100", "21314")]
    story.submit(application(NEWCOMER._replace(kinds=("warehouse",)), 100))
    acted(story, NEWCOMER.code, "refuse", reason="场地不符合要求")
    assert answers_about(story, NEWCOMER.code)[2:] == [*TO_AN_OFFICER, ("100", "21302")]
    assert words(story, NEWCOMER.code) == "[Code:21302;Desc:退回:场地不符合要求]"
    assert state(story, NEWCOMER) == "rejected" and known(story, NEWCOMER, "name") == ()


def test_a_foreign_firm_stands_behind_its_agent(story):
    agent = WORLD.agents[0]
    story.submit(application(NEWCOMER, agentCode=agent.code, creditCode=agent.credit_code))
    assert answers_about(story, NEWCOMER.code) == TO_AN_OFFICER
    acted(story, agent.code, "suspend", reason="证件过期")
    acted(story, NEWCOMER.code, "approve")
    assert noted(story, NEWCOMER.code) == ["review", "action_refused"]
    acted(story, agent.code, "resume")
    acted(story, NEWCOMER.code, "approve")
    # the credit code stays its agent's alone
    assert known(story, NEWCOMER, "kinds", "credit_code") == ("merchant", "")


def test_a_change_keeps_other_values_of_the_master_data(story):
    exporter = next(company for company in WORLD.exporters if company.credit_grade == "advanced")
    story.submit(application(exporter, name="青岛新名国际贸易有限公司"))
    assert answers_about(story, exporter.code) == GREEN
    assert known(story, exporter, "name", "credit_grade", "edition") == (
        "青岛新名国际贸易有限公司",
        "advanced",
        exporter.edition,
    )
    story.submit(application(exporter, 100, "2", name="青岛又名国际贸易有限公司", creditCode=NEWCOMER.credit_code))
    assert answers_about(story, exporter.code)[3:] == [("2", "2.modify"), ("100", "21323")]
    assert state(story, exporter) == "registered"
    assert known(story, exporter, "name") == ("青岛新名国际贸易有限公司",)


def test_a_change_that_another_sends_waits_for_an_officer_and_the_registration_stays(story):
    story.submit(application(MERCHANT, sender=NEWCOMER, dxpId=NEWCOMER.dxp_id))
    assert answers_about(story, MERCHANT.code) == TO_AN_OFFICER
    assert known(story, MERCHANT, "dxp_id") == (MERCHANT.dxp_id,)
    story.submit(*Sale(1).messages())
    assert ("120", "1800") in statuses(story, Sale(1).id, "export_inventory")
    acted(story, MERCHANT.code, "refuse", reason="并非本企业")
    acted(story, MERCHANT.code, "suspend", reason="立案调查")
    boxes = [(receipt.return_status, box) for box, receipt in story.read(of_orders, [MERCHANT.code])]
    assert boxes[-2:] == [("100", NEWCOMER.dxp_id), ("600", MERCHANT.dxp_id)]


def test_nobody_gives_up_the_registration_of_another(story):
    story.submit(application(MERCHANT))
    story.submit(application(MERCHANT, 100, "3", sender=NEWCOMER))
    assert answers_about(story, MERCHANT.code)[-1] == ("100", "21357")
    assert state(story, MERCHANT) == "registered" and known(story, MERCHANT, "kinds") == ("merchant",)
    story.submit(application(MERCHANT, 200, name="青岛新名国际贸易有限公司"))
    acted(story, MERCHANT.code, "approve")
    assert known(story, MERCHANT, "name") == ("青岛新名国际贸易有限公司",)


def test_master_data_bring_a_company_back_that_gave_up(start_story):
    story: StoryRunner = start_story(open=False)
    story.submit(application(MERCHANT))
    story.submit(application(MERCHANT, 100, "3"))
    masterdata.import_csv(story.window, story.sandbox, "participants", WORLD.participants_csv())
    acted(story, MERCHANT.code, "suspend", reason="立案调查")
    assert state(story, MERCHANT) == "suspended" and answers_about(story, MERCHANT.code)[-1] == ("600", "21303")
    acted(story, MERCHANT.code, "resume")
    story.submit(application(MERCHANT, 200, kinds="merchant;platform"))
    assert state(story, MERCHANT) == "in_review"  # suspended within a year


@pytest.mark.parametrize(("suspended", "stands"), [(False, "registered"), (True, "suspended")])
@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_a_change_that_waited_leaves_the_company_as_it_stood(story, suspended, stands, action):
    if suspended:
        acted(story, MERCHANT.code, "suspend", reason="立案调查")
    story.submit(application(MERCHANT, sender=NEWCOMER, name="青岛新名国际贸易有限公司"))
    assert state(story, MERCHANT) == "in_review"
    acted(story, MERCHANT.code, action, reason="材料不全")
    assert state(story, MERCHANT) == stands
    name = "青岛新名国际贸易有限公司" if action == "approve" else MERCHANT.name
    assert known(story, MERCHANT, "name") == (name,) and bool(known(story, MERCHANT, "suspended_at")[0]) is suspended
    assert ("amendment_refused" in noted(story, MERCHANT.code)) is (action == "refuse")


def test_the_automatic_officer_decides_what_still_waits(start_story):
    story: StoryRunner = start_story(automatic_officer=True)
    story.submit(application(NEWCOMER, kinds="merchant;warehouse"), application(MERCHANT, kinds="merchant;warehouse"))
    acted(story, MERCHANT.code, "refuse", reason="场地不符合要求")
    assert state(story, NEWCOMER) == "in_review"
    story.pass_time(hours=72)
    assert state(story, NEWCOMER) in {"registered", "rejected"}
    assert noted(story, NEWCOMER.code)[-1] == state(story, NEWCOMER)
    assert noted(story, MERCHANT.code) == ["review", "amendment_refused"]


def test_who_gives_up_his_registration_is_unknown(start_story):
    story: StoryRunner = start_story(open=False)
    story.submit(application(MERCHANT))
    story.submit(application(MERCHANT, 100, "3"))
    assert state(story, MERCHANT) == "deleted" and known(story, MERCHANT, "kinds") == ("",)
    story.submit(*Sale(1).messages())
    assert statuses(story, Sale(1).id, "export_inventory")[-1] == ("100", "22001")
    story.submit(application(MERCHANT, 200))
    assert known(story, MERCHANT, "kinds") == ("merchant",)


# suspension


def test_a_suspended_company_declares_nothing_new_and_ends_what_was_accepted(story):
    before, after = Sale(1), Sale(2)
    story.submit(*before.messages())
    assert statuses(story, before.id, "export_inventory")[:2] == [("2", "2"), ("120", "1800")]
    acted(story, MERCHANT.code, "suspend", reason="涉嫌违规，立案调查")
    assert answers_about(story, MERCHANT.code) == [("600", "21303")]
    story.submit(*after.messages())
    assert statuses(story, after.id, "export_inventory")[-1] == ("100", "21342.order")
    assert statuses(story, after.id, "export_order")[-1] == ("100", "21342.order")
    assert statuses(story, after.waybill, "export_waybill")[-1] == ("399", "2300.taken")
    # what was accepted goes on: transport, release, closing, the return of its goods
    story.submit(
        note("consolidation", [before], "ZD1"),
        note("arrival_note", [before], "YD1"),
        note("departure_note", [before], "LJ1"),
    )
    assert [name for name, _ in statuses(story, before.id, "export_inventory")][-2:] == ["800", "899"]
    story.submit(refund(before, invt_no(story, before)), tally())
    assert "100" not in [name for name, _ in statuses(story, "TH1", "export_refund")]
    acted(story, MERCHANT.code, "resume")
    story.submit(*Sale(3).messages())
    assert ("120", "1800") in statuses(story, Sale(3).id, "export_inventory")


def test_a_list_that_was_accepted_before_may_be_cancelled_while_suspended(story):
    sale = Sale(1)
    story.submit(*sale.messages())
    acted(story, MERCHANT.code, "suspend", reason="立案调查")
    story.submit(cancellation(invt_no(story, sale)))
    assert [name for name, _ in statuses(story, sale.id, "export_cancellation")] == ["399"]
    assert story.state(sale) == "cancelled"


def test_imports_of_a_suspended_carrier_are_refused_with_its_waybill(story):
    trade = story.trade(1)
    carrier = trade.document("inventory").head["logisticsCode"]
    acted(story, carrier, "suspend", reason="许可证过期")
    story.send(trade)
    assert story.statuses(trade)[-1] == "100"
    assert [receipt.rule for receipt in story.receipts(trade)][-1] == "21342.waybill"
    assert story.receipts(trade)[-1].info.startswith(f"[Code:21342;Desc:企业[{carrier}]")
    assert [receipt.rule for receipt in story.receipts(trade, "waybill")][-1] == "21342.waybill"
    assert story.statuses(trade, "order")[-1] == "120"


def test_an_import_that_was_accepted_is_released_and_closed_while_suspended(story):
    trade = story.trade(1)
    story.send(trade)
    acted(story, trade.document("inventory").head["ebcCode"], "suspend", reason="立案调查")
    story.pass_time(days=30)
    assert story.statuses(trade)[-1] == "899"


# grades


def drawn_when_dishonest() -> Sale:
    """A sale that is inspected at the rate of a dishonest merchant and not at that of an ordinary one."""
    return next(
        sale
        for sale in map(Sale, range(10, 500))
        if 200 < risk.draw_number("story", "inspection", f"{MERCHANT.code}|{sale.id}") < 8_000
    )


def test_a_grade_counts_from_its_day_and_changes_the_draw(start_story):
    story: StoryRunner = start_story(inspection=True)
    sale = drawn_when_dishonest()
    acted(story, MERCHANT.code, "grade", grade="dishonest", since="2026-11-22", reason="虚假申报")
    assert known(story, MERCHANT, "credit_grade") == ("ordinary",)
    story.submit(*sale.messages(), note("arrival_note", [sale]))
    assert "500" not in [name for name, _ in statuses(story, sale.id, "export_inventory")]
    story.pass_time(days=2)
    assert known(story, MERCHANT, "credit_grade") == ("dishonest",)
    assert noted(story, MERCHANT.code) == ["grade_planned", "graded"]
    again = next(
        later
        for later in map(Sale, range(sale.number + 1, 900))
        if 200 < risk.draw_number("story", "inspection", f"{MERCHANT.code}|{later.id}") < 8_000
    )
    story.submit(*again.messages(), note("arrival_note", [again], "YD2"))
    assert "500" in [name for name, _ in statuses(story, again.id, "export_inventory")]


def test_a_grade_of_today_counts_at_once_and_one_that_the_regime_lacks_is_refused(story):
    acted(story, MERCHANT.code, "grade", grade="certified", since=str(TODAY))
    assert known(story, MERCHANT, "credit_grade") == ("certified",)
    acted(story, MERCHANT.code, "grade", grade="general", since=str(TODAY))
    acted(story, MERCHANT.code, "grade", grade="ordinary", since="2026-11-19")
    assert known(story, MERCHANT, "credit_grade") == ("certified",)
    assert grades(story, MERCHANT) == [(str(TODAY), "certified")]
    assert noted(story, MERCHANT.code) == ["graded", "action_refused", "action_refused"]


def test_within_its_correction_period_no_grade_is_lowered(story):
    advanced = next(exporter for exporter in WORLD.exporters if exporter.credit_grade == "advanced")
    acted(story, advanced.code, "correct", until="2027-02-28")
    acted(story, advanced.code, "grade", grade="ordinary", since="2026-12-01")
    assert grades(story, advanced) == []
    acted(story, advanced.code, "grade", grade="ordinary", since="2027-03-01")
    assert grades(story, advanced) == [("2027-03-01", "ordinary")]


def test_of_two_grades_each_counts_from_its_own_day(story):
    acted(story, MERCHANT.code, "grade", grade="dishonest", since="2026-11-24", reason="走私")
    acted(story, MERCHANT.code, "grade", grade="certified", since="2026-11-21")
    story.pass_time(days=2)
    assert known(story, MERCHANT, "credit_grade") == ("certified",)
    story.pass_time(days=2)
    assert known(story, MERCHANT, "credit_grade") == ("dishonest",)


def test_of_two_grades_for_one_day_the_last_counts(story):
    acted(story, MERCHANT.code, "grade", grade="advanced", since="2026-11-21")
    acted(story, MERCHANT.code, "grade", grade="certified", since="2026-11-21")
    story.pass_time(days=2)
    assert known(story, MERCHANT, "credit_grade") == ("certified",)
    assert noted(story, MERCHANT.code).count("graded") == 1


# goods


def test_goods_are_filed_line_by_line(story):
    story.submit(goods(MERCHANT, ("A-1", MILK), ("A-2", BEEF), ("A-3", MILK), ("A-3", MILK)))
    assert answers_about(story, "SP1", "goods_filing") == [("2", "2"), ("120", "21364")]
    assert words(story, "SP1", "goods_filing") == "[Code:21364;Desc:商品已备案1项，退回3项]：第2, 3, 4项"
    assert items(story, MERCHANT) == ["A-1"]


def test_a_filing_of_nothing_but_forbidden_goods_is_refused_with_the_reason(story):
    story.submit(goods(MERCHANT, ("A-1", BEEF)))
    assert words(story, "SP1", "goods_filing") == "[Code:21360;Desc:第1项[0201300090]属负面清单：生肉、内脏及蛋]"
    story.submit(goods(MERCHANT, ("A-1", MILK), clock=100))
    assert answers_about(story, "SP1", "goods_filing")[2:] == [("2", "2"), ("120", "21364")]
    assert items(story, MERCHANT) == ["A-1"]


def test_a_suspended_company_and_a_stranger_file_no_goods(start_story):
    story: StoryRunner = start_story(open=False)
    acted(story, CARRIER.code, "suspend", reason="许可证过期")
    story.submit(goods(CARRIER, ("A-1", MILK)), goods(NEWCOMER, ("A-1", MILK), number="SP2"))
    assert [answers_about(story, number, "goods_filing")[-1] for number in ("SP1", "SP2")] == [("100", "21365")] * 2


def test_whatever_an_officer_types_the_receipt_can_be_read(story):
    acted(story, MERCHANT.code, "suspend", reason="\x00\x01立案\n调查<&>" + "长" * 2_000)
    assert words(story, MERCHANT.code).startswith("[Code:21303;Desc:暂停:立案 调查<&>长长")
    with reading(story.window.engine) as connection:
        (message,) = render(connection, after(connection, story.sandbox, MERCHANT.dxp_id, 0, 10))
    assert "立案 调查&lt;&amp;".encode() in message.body
