"""A risk profile in a browser: drafted, previewed, proposed, approved by a second officer, in force and drawing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from declarations.calendar import day_of
from simulators.imports.traffic import trades
from simulators.world import World
from tests.browser.conftest import SEED, Desks, in_sight
from tests.browser.deciding import click_act
from tests.browser.test_parameters_shown import look
from tests.stories.story import StoryRunner

pytestmark = pytest.mark.service
EVERY = "/profiles?sandbox=desks&lang=en"


def test_a_profile_is_drafted_previewed_proposed_approved_and_draws(desks: Desks, browse: Callable[..., Page]) -> None:
    story = StoryRunner(desks.window, "desks")
    day = day_of(desks.window.now("desks"))
    trade = next(iter(trades(World(SEED), 1, seed=77, day=day, fault_share=0, modes={"9610": 1}, first=9_000)))
    page = desks.sign_in(browse(), "supervisor", EVERY)
    page.fill("[name=code]", "drawn-by-test")
    page.fill("[name='rule.title']", "Parcels of one merchant")
    page.fill("[name='rule.share']", "1")
    page.fill("[name='rule.companies']", trade.document("inventory").head["ebcCode"])
    page.click("#new button[type=submit]")
    page.wait_for_url("**/profiles/drawn-by-test**")
    assert "Lists that match" in page.content() and "Of the known hits, drawn" in page.content()
    page.fill("[name=reason]", "Found twice this month")
    in_sight(page)
    with page.expect_navigation():
        page.click("button[value=put_in_force]")
    assert "Found twice this month" in page.content()
    second = desks.sign_in(browse(java_script_enabled=False), "administrator", EVERY)
    second.goto(f"{desks.url}/profiles/drawn-by-test?sandbox=desks&lang=en")
    assert "Found twice this month" in second.content()
    assert "inspect 100 % · Merchants" in second.inner_text("main") and "lane=inspect" not in second.content()
    assert second.inner_text("main").count("inspect 100 % · Merchants") == 1, "the rule stands once"
    click_act(second, "approve")
    second.goto(f"{desks.url}/profiles/drawn-by-test?sandbox=desks&lang=en")
    assert "No version is in force" not in second.content()
    story.send(trade)
    inspector = desks.sign_in(browse(), "inspector", "/review?sandbox=desks&lang=en&desk=inspection")
    for _ in range(100):  # the window's own worker takes it
        if "Parcels of one merchant" in inspector.content():
            break
        inspector.reload()
    assert "Drawn by the profile “Parcels of one merchant” (100.00%)" in inspector.inner_text("body")
    assert story.state(trade) == "under_inspection"


@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_its_pages_are_accessible_and_fit(desks: Desks, browse: Callable[..., Page], width: int, scheme: str) -> None:
    page = desks.sign_in(browse(width, color_scheme=scheme, bypass_csp=True), "supervisor", EVERY)
    code = f"fits-{width}"
    page.fill("[name=code]", code)
    page.fill("[name='rule.title']", "A tenth of all")
    page.fill("[name='rule.share']", "0.1")
    page.click("#new button[type=submit]")
    page.wait_for_url(f"**/profiles/{code}**")
    wrong = [look(page, width)]
    for place in (EVERY, EVERY.replace("lang=en", "lang=zh"), f"/profiles/{code}?sandbox=desks&lang=zh"):
        page.goto(f"{desks.url}{place}")
        wrong.append(look(page, width))
    assert wrong == [[]] * 4
