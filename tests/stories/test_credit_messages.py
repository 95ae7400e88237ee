"""Companies object to credit cases and apply for repair, by a call or by a message: the same comes of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest

from single_window.receipts.rows import Receipt, of_orders
from single_window.store.tables import participant
from tests.databases import ON_BOTH, carry_out
from tests.stories.story import WORLD, StoryRunner, message_of
from tests.stories.test_credit import MERCHANT, answers, case, fined, grade, in_force, officer, tell, told

pytestmark = ON_BOTH
COMPANY = next(merchant for merchant in WORLD.merchants if merchant.code == MERCHANT)
OTHER = next(merchant for merchant in WORLD.merchants if merchant.code != MERCHANT)
NUMBERS = count(1)
CODES = {"object": "CreditObjection", "apply_repair": "CreditRepairApplication"}
WAYS = pytest.mark.parametrize("way", ["call", "message"])
SUBMITTED, REFUSED = "2", "100"


def receipts_of(story: StoryRunner, number: str, code: str) -> list[Receipt]:
    """The receipts of a kind about what has a number."""
    return [given for _, given in story.read(of_orders, [number]) if given.code == code]


def sends(story: StoryRunner, action: str, *, sender: Any = COMPANY, **changes: str) -> Sequence[str]:
    """A message of a company about the case; returns the statuses of its receipts."""
    number = f"SB{next(NUMBERS):06d}"
    head = {"appType": "1", "appTime": "20261120100000", "ebcCode": MERCHANT, "copNo": number}
    told = {"caseNo": case(story).case_no, "text": "已改正", **changes}
    story.submit(message_of(sender, CODES[action], {**head, **told}))
    return [given.return_status for given in receipts_of(story, number, f"{CODES[action]}Return")]


def says(story: StoryRunner, way: str, action: str, text: str = "已改正") -> bool:
    """The company says something about its case; returns whether it was taken in."""
    if way == "call":
        return bool(answers(story, action, text).done)
    statuses = sends(story, action, text=text)
    assert statuses[0] == SUBMITTED
    return statuses[-1] == "120"


@WAYS
def test_an_objection_is_heard_in_time_once(story: StoryRunner, way: str) -> None:
    tell(story, fined("1", "1000000.01"))
    assert not says(story, way, "object"), "nobody has been told of it yet"
    officer(story, "notify")
    assert says(story, way, "object", "次数不超过千分之一")
    assert (case(story).state, case(story).objection) == ("objected", "次数不超过千分之一")
    assert not says(story, way, "object", "再次申辩")
    assert (case(story).objection, told(story)) == ("次数不超过千分之一", ["300", "120"])


@WAYS
def test_an_objection_that_comes_late_is_refused_by_its_code(story: StoryRunner, way: str) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    story.pass_time(days=8)
    assert not says(story, way, "object")
    assert (case(story).state, case(story).objection, told(story)) == ("unopposed", "", ["300", "100"])


@WAYS
def test_a_repair_is_applied_for_when_its_day_has_come_once(story: StoryRunner, way: str) -> None:
    in_force(story)
    assert not says(story, way, "apply_repair"), "25201"
    story.pass_time(days=181)
    assert says(story, way, "apply_repair", "罚款已缴清")
    assert (case(story).state, case(story).plea) == ("repairing", "罚款已缴清")
    assert not says(story, way, "apply_repair", "再次申请")
    officer(story, "repair")
    assert (case(story).state, case(story).plea, grade(story)) == ("repaired", "罚款已缴清", "ordinary")
    assert told(story) == ["300", "800", "100", "120", "800"]


@WAYS
@pytest.mark.parametrize(
    ("kind", "degree", "code"), [("105", "G", "25202"), ("101", "S", "25203")], ids=["not cured", "excluded"]
)
def test_what_is_not_repaired_is_refused_by_its_code(
    story: StoryRunner, way: str, kind: str, degree: str, code: str
) -> None:
    day = "2026-01-02"
    tell(story, f"{MERCHANT},customs,1,{kind},{degree},{day},{day},{day},1000000.01,1,X,A,,")
    for action in ("notify", "uphold"):
        officer(story, action)
        story.pass_time(days=8)
    story.pass_time(days=400)
    assert case(story).state == "in_force" and not says(story, way, "apply_repair")
    notices = receipts_of(story, case(story).case_no, "CreditNotice")
    assert [notice.rule for notice in notices if notice.return_status == REFUSED] == [code]


@pytest.mark.parametrize(
    "changes",
    [
        {"caseNo": "XY202611200000000000"},
        {"ebcCode": OTHER.code},
        {"ebcCode": OTHER.code, "sender": OTHER},
        {"sender": OTHER},
        {"text": " "},
        {"caseNo": "'; DROP TABLE credit_case; --", "text": "<&>\u202e"},
    ],
    ids=["another number", "another's code", "another", "from another's mailbox", "says nothing", "hostile"],
)
@pytest.mark.parametrize("action", CODES)
def test_a_message_of_a_stranger_or_without_words_changes_nothing(
    story: StoryRunner, action: str, changes: dict[str, Any]
) -> None:
    if action == "object":
        tell(story, fined("1", "1000000.01"))
        officer(story, "notify")
    else:
        in_force(story)
        story.pass_time(days=181)
    before, heard = case(story), told(story)
    assert sends(story, action, **changes)[-1] == REFUSED
    assert (case(story), told(story)) == (before, heard)
    assert sends(story, action)[-1] == "120"


def test_a_company_without_a_mailbox_of_its_own_objects_by_that_of_another(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    carry_out(story.window.engine, participant.update().where(participant.c.code == MERCHANT).values(dxp_id=""))
    assert sends(story, "object", sender=OTHER)[-1] == "120"
    assert case(story).state == "objected"


def test_a_message_is_answered_with_its_own_number_and_the_case(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    officer(story, "notify")
    sends(story, "object", copNo="SB1")
    (_, given) = receipts_of(story, "SB1", "CreditObjectionReturn")
    assert (given.fields["copNo"], given.fields["caseNo"]) == ("SB1", case(story).case_no)
