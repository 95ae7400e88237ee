"""What an officer reads of a notice before he acts about a credit case is what the company then reads."""

from __future__ import annotations

import re

from declarations.lifecycle import OFFICER, all_lifecycles, allowed_transitions
from schemas import receipt_texts
from single_window.api.app import create_app
from single_window.frame.pages.keys import KEYS, OTHERS
from single_window.language import for_people
from tests.databases import ON_BOTH
from tests.officers import signed_in
from tests.stories.story import StoryRunner
from tests.stories.test_credit import answers, case, fined, officer, tell, told

pytestmark = ON_BOTH
FINDING = "事实清楚"


def previewed(story: StoryRunner, act: str, language: str = "zh") -> str:
    """What the page of the case says that the company will read of an act."""
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    page = browser.get(f"/credit/{case(story).case_no}?sandbox={story.sandbox}&lang={language}").text
    form = page.partition(f'id="form-{act}"')[2].partition("</form>")[0]
    said = re.findall(r'<q lang="zh-CN"[^>]*>(.*?)</q>', form, re.S)
    return said[0].replace("…", FINDING) if said else ""


def read(story: StoryRunner) -> str:
    """The words of the newest step, which are those of the notice."""
    reason = case(story).reasons[0]
    return for_people.description(receipt_texts.words(reason.rule, reason.values, "zh"))


def test_each_notice_is_read_before_it_is_sent(story: StoryRunner) -> None:
    tell(story, fined("1", "1000000.01"))
    assert "drop" in previewed_acts(story) and previewed(story, "drop") == "", "nobody has told the company of it"
    notice = previewed(story, "notify")
    assert "失信" in notice and "前陈述申辩" in notice
    officer(story, "notify", FINDING)
    assert read(story) == notice
    answers(story, "object", "没有依据")
    upheld = previewed(story, "uphold")
    assert "公示至2" in upheld
    assert "不予认定" in previewed(story, "drop")
    officer(story, "uphold", FINDING)
    assert read(story) == upheld
    assert told(story)[-1] == "800"


def previewed_acts(story: StoryRunner) -> set[str]:
    browser = signed_in(create_app(story.window).test_client(), story.window, "zhao", "supervisor")
    page = browser.get(f"/credit/{case(story).case_no}?sandbox={story.sandbox}").text
    return set(re.findall(r'id="form-(\w+)"', page))


def test_a_grade_that_is_not_published_says_so_instead_of_a_dash() -> None:
    values = {"grade_zh": "常规", "grade": "ordinary", "since": "2026-11-30", "reason": FINDING}
    told = for_people.description(receipt_texts.words("25109", values, "zh"))
    assert told == f"认定为常规，自2026-11-30起，不予公示:{FINDING}"


def test_no_two_acts_about_a_case_of_credit_share_a_key() -> None:
    for name in ("credit_case", "spot_check"):
        for state in all_lifecycles()[name].states:
            acts = {step.action for step in allowed_transitions(state, OFFICER, name)}
            keys = [KEYS.get(action, OTHERS) for action in acts]
            assert len(set(keys)) == len(keys), (name, state, acts)
