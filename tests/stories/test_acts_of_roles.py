"""What each role may decide about a list, the same on its page, by call and in bulk; and many cases decided at once."""

from __future__ import annotations

import re
from html import unescape

import pytest

from simulators.imports import stories
from single_window.accounts.people import OPERATOR
from single_window.api import create_app
from single_window.cases.subjects import DECISION_KINDS
from single_window.clock import timed_by
from single_window.frame import deciding
from single_window.language.prepared_reasons import reason_choices
from tests.officers import PASSWORD, account, change_guarantee, named, signed_in
from tests.tables import each

DETENTIONS = {"detain_for_clearance", "detain_for_smuggling", "detain_for_legal", "detain"}
REVIEW = {"reject", "suspend", "inspect", "conclude", "ask"}
INSPECTION = {"conclude", "send_back", "ask", *DETENTIONS}
STEPS = {
    "in_review": (),
    "suspended": ("suspend",),
    "under_inspection": ("inspect",),
    "detained": ("inspect", "detain"),
}
"""How a list that customs has put in review comes into each state."""
MAY = {
    ("reviewer", "in_review"): REVIEW,
    ("reviewer", "suspended"): {"reject", "review", "ask", "inspect", "conclude"},
    ("reviewer", "under_inspection"): set(),
    ("reviewer", "detained"): {"reject"},
    ("inspector", "in_review"): set(),
    ("inspector", "suspended"): set(),
    ("inspector", "under_inspection"): INSPECTION,
    ("inspector", "detained"): {"conclude", "send_back", "ask"},
    ("supervisor", "in_review"): REVIEW,
    ("supervisor", "under_inspection"): INSPECTION,
    ("tax_officer", "in_review"): set(),
    ("exchange_officer", "under_inspection"): set(),
    ("auditor", "in_review"): set(),
    ("administrator", "detained"): set(),
}


class Lists:
    """Lists in each state in which officers decide about them, and the window's pages and calls."""

    def __init__(self, story):
        self.story, self.app = story, create_app(story.window)
        self.trades = {}
        for place, (state, steps) in enumerate(STEPS.items()):
            self.trades[state] = self.trade(place, *steps)
            assert story.state(self.trades[state]) == state

    def trade(self, place, *steps):
        trade = self.story.trade(place, fault="content_missing")
        self.story.send(trade)
        for step in steps:
            self.story.decide(trade, step)
        return trade

    def browser(self, role):
        return signed_in(self.app.test_client(), self.story.window, f"a-{role.replace('_', '-')}", role)

    def number(self, trade):
        return self.story.column(trade, "id")

    def tick(self, trade, seen=None):
        return f"declaration~{self.number(trade)}~{seen or self.story.column(trade, 'version')}"


@pytest.fixture(scope="module")
def lists(start_story_once):
    return Lists(start_story_once())


def page(lists, role, state):
    """The acts that the page offers: an inspector's while the goods are inspected."""
    name = "inspections" if state == "under_inspection" else "declarations"
    shown = lists.browser(role).get(f"/{name}/{lists.number(lists.trades[state])}?sandbox=story").text
    return set(re.findall(r'name="act" value="(\w+)"', shown))


def call(lists, role, state):
    """The acts that a call names."""
    who = account(lists.story.window, f"a-{role.replace('_', '-')}", role)
    address = f"/api/v1/cases/declaration/{lists.trades[state].id}/decisions"
    answer = lists.app.test_client().get(address, headers={"X-Sandbox": "story"}, auth=who)
    return {act["action"] for act in answer.json["acts"]}


def in_bulk(lists, role, state):
    """The acts that the queue offers for ticked lists of a state."""
    desk = "review" if state in {"in_review", "suspended"} else "inspection"
    words = lists.trades[state].id
    shown = lists.browser(role).get(f"/review?sandbox=story&desk={desk}&words={words}").text
    return set(re.findall(r'name="armed" id="[^"]+" value="declaration.(\w+)"', shown))


@pytest.mark.long
@each(("role", "state"), list(MAY))
def test_a_role_is_offered_the_same_acts_on_the_page_by_call_and_in_bulk(lists, role, state):
    may = MAY[role, state]
    assert (page(lists, role, state), call(lists, role, state)) == (may, may)
    alone = {"conclude"} if state == "under_inspection" else set()
    assert in_bulk(lists, role, state) == (may & set(DECISION_KINDS["declaration"].bulk)) - alone


@each(("role", "state"), [who for who, may in MAY.items() if "conclude" not in may])
def test_what_is_not_offered_is_refused_at_every_door(lists, role, state):
    trade, browser = lists.trades[state], lists.browser(role)
    who = account(lists.story.window, f"a-{role.replace('_', '-')}", role)
    body = {"action": "conclude", "as_declared": True, "reason": "x", "cosmetics": {"1": "other"}}
    address = f"/api/v1/cases/declaration/{trade.id}/decisions"
    called = lists.app.test_client().post(address, json=body, headers={"X-Sandbox": "story"}, auth=who)
    version = str(lists.story.column(trade, "version"))
    form = {"act": "conclude", "reason": "x", "version": version, "line-1": "as_declared", "cosmetic-1": "other"}
    sent = browser.post(f"/declarations/{lists.number(trade)}/decision?sandbox=story", data=form)
    many = {"act": "declaration.conclude", "case": [lists.tick(trade)], "reason": "x"}
    bulk = browser.post("/review/cases?sandbox=story&lang=en", data=many, follow_redirects=True)
    assert called.status_code == 403 and sent.status_code in {403, 422}
    assert bulk.status_code == 403 or ("chip bad" in bulk.text and "carried out" not in bulk.text)
    lists.story.window.settle()
    assert lists.story.state(trade) == state


def test_the_operator_is_offered_all(lists):
    kind, number = DECISION_KINDS["declaration"], lists.trades["in_review"].id
    found = lists.story.read(kind.find, number)
    acts = lists.story.read(deciding.acts_of_person, kind, found, named("x", OPERATOR.role))
    assert {act.action for act in acts} == REVIEW


# many at once


def test_a_prepared_reason_is_sent_as_it_was_chosen(lists):
    trade, returned = lists.trade(20), lists.story.trade(21)
    lists.story.send(returned)
    lists.story.submit(stories.refund(returned, str(lists.story.column(returned, "invt_no"))).body)
    browser = lists.browser("reviewer")
    shown = browser.get("/review?sandbox=story&lang=en").text
    offered = re.findall(r'name="chosen-(\w+)\.(\w+)" value="(\w+)\.\d"', shown)
    assert {kind for kind, _, _ in offered} == {"declaration", "request"}
    assert all(act == reason for _, act, reason in offered), "a reason stands at its act"
    both = {"chosen-declaration.reject": "reject.2", "chosen-request.reject": "reject.2", "case": [lists.tick(trade)]}
    browser.post("/review/cases?sandbox=story", data={"act": "declaration.reject", **both})
    lists.story.window.settle()
    assert lists.story.state(trade) == "rejected"
    (reason,) = {receipt.info for receipt in lists.story.receipts(trade) if receipt.return_status == "100"}
    assert "订购人身份信息不符" in reason and "退货超过期限" not in reason


def test_each_of_many_cases_has_the_reason_that_fits_it_or_is_left(lists):
    short = lists.trade(40)
    returned = lists.story.trade(41)
    lists.story.send(returned)
    lists.story.submit(stories.refund(returned, str(lists.story.column(returned, "invt_no"))).body)
    browser = lists.browser("reviewer")
    asked = re.findall(r'value="(request~\d+~\d+)"', browser.get("/review?sandbox=story&lang=en").text)
    told = {}
    for kind, cases in (("declaration", [lists.tick(short)]), ("request", asked[:1])):
        form = {"act": f"{kind}.reject", f"chosen-{kind}.reject": "reject.own", "case": cases}
        told[kind] = browser.post("/review/cases?sandbox=story&lang=en", data=form, follow_redirects=True).text
    lists.story.window.settle()
    assert lists.story.state(short) == "rejected"
    (fitting,) = (
        known.words for known in reason_choices("declaration") if f": {known.words.en}" in told["declaration"]
    )
    assert "no prepared reason fits why it waits" in told["request"]
    (reason,) = {receipt.info for receipt in lists.story.receipts(short) if receipt.return_status == "100"}
    assert fitting.zh in reason


def test_a_case_that_has_changed_since_it_was_listed_is_left_as_it_is(lists):
    changed, same = lists.trade(30), lists.trade(31)
    seen = [lists.tick(changed), lists.tick(same)]
    lists.story.decide(changed, "suspend")
    form = {"act": "declaration.reject", "chosen-declaration.reject": "reject.1", "case": seen}
    answer = (
        lists.browser("reviewer").post("/review/cases?sandbox=story&lang=en", data=form, follow_redirects=True).text
    )
    lists.story.window.settle()
    assert "has changed meanwhile and is “suspended” now" in answer
    assert (lists.story.state(changed), lists.story.state(same)) == ("suspended", "rejected")


@each(
    ("role", "desk"),
    [("tax_officer", "refunds"), ("exchange_officer", "exchange"), ("registrar", "registrations"), ("inspector", "")],
)
def test_acts_are_offered_for_listed_cases_that_the_officer_may_decide_only(lists, role, desk):
    shown = lists.browser(role).get(f"/review?sandbox=story&desk={desk}").text
    own = {"refunds": "refund_claim", "exchange": "forex_report", "registrations": "registration"}.get(
        desk, "declaration"
    )
    assert {about for about in re.findall(r'name="act" value="(\w+)\.\w+"', shown)} <= {own}
    elsewhere = lists.browser(role).get("/review?sandbox=story&desk=review").text
    assert not re.findall(r'name="act" value="\w+\.\w+"', elsewhere), "customs' cases are not his"


# a session that has ended


class Minutes:
    """A timepiece that is moved by hand."""

    def __init__(self):
        self.at = 30_000_000

    def now(self):
        return self.at * 60_000

    def monotonic(self):
        return float(self.at * 60)


FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def test_who_decides_after_his_session_has_ended_signs_in_again_and_finds_what_he_typed(lists):
    trade, minutes = lists.trades["in_review"], Minutes()
    where = f"/declarations/{lists.number(trade)}/decision?sandbox=story&lang=en"
    form = {"act": "reject", "reason": "typed <at> length", "chosen": "reject.2", "version": "1"}
    with timed_by(minutes):
        browser = lists.browser("reviewer")
        minutes.at += lists.story.window.settings.session_idle + 1
        answer = browser.post(where, data=form)
        assert answer.status_code == 403 and "Your session has ended" in answer.text and "guest" not in answer.text
        kept = {name: unescape(text) for name, text in FIELD.findall(answer.text) if name != "csrf_token"}
        assert kept["unsent"] == where and kept["reason"] == form["reason"]
        wrong = browser.post("/sign-in?sandbox=story&lang=en", data={**kept, "name": "a-reviewer", "password": "x"})
        assert wrong.status_code == 403 and "typed &lt;at&gt; length" in wrong.text, "a wrong password loses nothing"
        signed = {**kept, "name": "a-reviewer", "password": PASSWORD}
        again = browser.post("/sign-in?sandbox=story&lang=en", data=signed)
        assert again.status_code == 200 and "nothing was decided yet" in again.text
        assert 'value="typed &lt;at&gt; length"' in again.text
        assert re.search(r'value="reject\.2"[^>]* checked>', again.text)
        assert lists.story.state(trade) == "in_review"
        assert "sign-out" in browser.get("/review?sandbox=story").text
    nowhere = browser.post("/sign-in", data={**signed, "unsent": "https://example.org/declarations/1/decision"})
    assert nowhere.status_code == 303 and "example.org" not in nowhere.location


def test_a_list_whose_guarantee_is_short_is_concluded_once_it_suffices(start_story):
    story = start_story()
    lists = Lists.__new__(Lists)
    lists.story, lists.app = story, create_app(story.window)
    trade = story.trade(0, fault="guarantee_short")
    story.send(trade)
    lists.trades = {"in_review": trade}
    for offered in (page, call):
        assert offered(lists, "reviewer", "in_review") == REVIEW - {"conclude"}, "it would be refused"
    many = REVIEW & set(DECISION_KINDS["declaration"].bulk)
    assert in_bulk(lists, "reviewer", "in_review") == many - {"conclude"}, "nor is it offered for many"
    code = str(story.column(trade, "assure_code"))
    change_guarantee(story.window, story.sandbox, code, "9000000", by=named("x", OPERATOR.role), reason="追加担保")
    for offered in (page, call):
        assert offered(lists, "reviewer", "in_review") == REVIEW
    assert in_bulk(lists, "reviewer", "in_review") == many
    story.decide(trade, "conclude")
    assert story.state(trade) == "released"


def test_a_form_that_names_no_version_of_its_case_decides_nothing(lists):
    trade = lists.trades["in_review"]
    browser = lists.browser("reviewer")
    queue = browser.get("/review?sandbox=story&lang=en").text
    assert re.search(r'<form action="[^"]*/review/cases[^"]*" method="post" autocomplete="off"', queue), (
        "a browser that goes back restores ticks by their places, which other cases have by then"
    )
    number = lists.story.column(trade, "id")
    for tick in (f"declaration~{number}", f"declaration~{number}~", f"declaration~{number}~x"):
        sent = browser.post("/review/cases?sandbox=story&lang=en", data={"act": "declaration.suspend", "case": [tick]})
        assert sent.status_code == 422 and "names no version" in sent.text
    one = browser.post(f"/declarations/{number}/decision?sandbox=story&lang=en", data={"act": "reject", "reason": "x"})
    assert one.status_code == 422 and "names no version" in one.text
    assert lists.story.state(trade) == "in_review"


def test_a_bulk_decision_after_a_sign_out_asks_to_sign_in_again(lists):
    browser = lists.browser("reviewer")
    form = {
        "act": "declaration.suspend",
        "case": [f"declaration~{lists.story.column(lists.trades['in_review'], 'id')}~1"],
    }
    browser.post("/sign-out")
    browser.client.post("/review/cases?sandbox=story&lang=en", data={**form, "csrf_token": "of the page before"})
    answer = browser.client.post("/review/cases?sandbox=story&lang=en", data=form)
    assert answer.status_code == 403 and "Your session has ended" in answer.text


def test_what_an_officer_typed_stands_in_the_log_as_he_typed_it_and_reads_as_no_finding(lists):
    trade, browser = lists.trades["in_review"], lists.browser("reviewer")
    number, version = lists.story.column(trade, "id"), str(lists.story.column(trade, "version"))
    where = f"/declarations/{number}/decision?sandbox=story&lang=en"
    form = {"act": "suspend", "version": version}
    for typed in ("x];[Code:2600;Desc:放行", "见 [code：2600]", "x] ; [y"):
        refused = browser.post(where, data={**form, "reason": typed})
        assert refused.status_code == 422 and "reads as a further finding" in refused.text, typed
    typed = "见备注[页码:3, 附件:2]：待查 <b>"
    assert browser.post(where, data={**form, "reason": typed}).status_code == 303
    lists.story.window.settle()
    supervisor = lists.browser("supervisor")
    assert "见备注[页码:3, 附件:2]：待查 &lt;b&gt;" in supervisor.get("/log?sandbox=story&lang=en").text
    assert typed in supervisor.get("/log.csv?sandbox=story&lang=en").text
    for language in ("en", "zh"):
        page = browser.get(f"/declarations/{number}?sandbox=story&lang={language}").text
        assert page.count("见备注[页码:3, 附件:2]：待查 &lt;b&gt;") >= 2, "in the timeline, and in the receipt"
