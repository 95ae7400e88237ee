"""Desks beside those of lists and refunds as their officers see them: why a case waits in words with its numbers, what
it rests on above the fold, no code where a word is, each quantity with its unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from simulators.entry.windows import WindowClient
from simulators.scenarios.form import CallStep
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario
from single_window.frame.pages.keys import KEYS, MOVES
from tests.browser.conftest import Desks

pytestmark = [pytest.mark.service, pytest.mark.long]
RAW = re.compile(r"\b(?:awaiting_arrival|released|valid|cancelled|window|lot|customs|traceability|sku\+days)\b")
"""Codes of states, agencies and the like, which have words."""


class Desk(NamedTuple):
    """A scenario that leaves a case at a desk: whose it is, a place of its evidence, and what its page says in both
    languages."""

    scenario: str
    role: str
    evidence: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


DESKS = (
    Desk("korea-contradicts-itself", "korea_officer", "#told .differs", ("先告知放行，又告知退运",), ("sent back",)),
    Desk(
        "korea-certificate-proves-once",
        "korea_officer",
        "#told .differs",
        ("中韩自贸协定 · 有效", "个人通关码"),
        ("China-Korea FTA · valid", "personal code"),
    ),
    Desk(
        "loaded-unreleased",
        "port_officer",
        "#line tr:last-child",
        ("系统 通知未送达",),
        ("a notice was not delivered",),
    ),
    Desk(
        "recall-with-a-waiting-list",
        "recall_officer",
        "#balance tbody tr",
        ("已售2.00罐，退回2.00罐", "追溯精度批次", "一级"),
        ("sold: 2.00; came back: 2.00", "unit: can", "traced by lot"),
    ),
    Desk(
        "dishonest-after-notice",
        "credit_officer",
        "#effects tbody tr",
        ("超过1,000,000.00元", "不成立的条件: 7"),
        ("above 1,000,000.00", "not satisfied: 7"),
    ),
    Desk("more-sold-than-was-there", "overseas_officer", "#chain tbody tr", ("10.00 支",), ("10.00 ",)),
)


def shown(desks: Desks, page: Page, desk: Desk, language: str) -> Page:
    """The first case of a desk, on its page, in a sandbox of its own in which no officer has decided anything."""
    scenario = read_scenario(shipped_scenarios()[desk.scenario])
    steps = [step for step in scenario.steps if not _decides(step.step)]
    with WindowClient(desks.url) as client:
        played = play(client, msgspec.structs.replace(scenario, steps=steps), keep=True)
    desks.sign_in(page, desk.role, f"/review?sandbox={played.sandbox}&lang={language}")
    page.locator("li[data-row] a[data-open]").first.click()
    page.wait_for_selector("main.case")
    return page


def _decides(step: object) -> bool:
    return isinstance(step, CallStep) and step.call.startswith("POST /cases/") and step.call.endswith("/decisions")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("desk", DESKS, ids=[desk.scenario for desk in DESKS])
def test_a_case_is_told_in_words_with_its_evidence_in_sight(
    desks: Desks, browse: Callable[..., Page], desk: Desk, language: str
) -> None:
    page = shown(desks, browse(bypass_csp=True), desk, language)
    text = page.inner_text("main.case .body")
    for told in desk.zh if language == "zh" else desk.en:
        assert told in text, told
    if language == "zh":
        assert not RAW.search(text), RAW.search(text)
    evidence, bar = page.locator(desk.evidence).first.bounding_box(), page.locator(".bar").bounding_box()
    assert evidence is not None and bar is not None
    assert evidence["y"] + evidence["height"] <= bar["y"], "below the fold"
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("desk", DESKS, ids=[desk.scenario for desk in DESKS])
def test_what_the_declarant_will_read_stands_in_every_act(
    desks: Desks, browse: Callable[..., Page], desk: Desk
) -> None:
    page = shown(desks, browse(), desk, "zh")
    for act in page.locator(".acts > div").filter(has=page.locator(".reads p > b")).all():
        act.locator("label").first.click()
        assert act.locator("q").inner_text().strip(), act.inner_text()


@pytest.mark.parametrize("desk", DESKS, ids=[desk.scenario for desk in DESKS])
def test_a_case_fits_a_phone(desks: Desks, browse: Callable[..., Page], desk: Desk) -> None:
    page = shown(desks, browse(390), desk, "zh")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_no_key_of_an_act_does_something_else() -> None:
    """`z` takes back; an act on it could not be chosen while something can be."""
    moves = {key for key in MOVES if len(key) == 1 and key != "."}
    assert not moves & set(KEYS.values())
