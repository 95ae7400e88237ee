"""A measure about failed goods in a browser: one officer proposes it, another reads what it does and signs, by keys and
by a thumb; no colleague without the right can."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlalchemy import select

from simulators.entry.windows import WindowClient
from simulators.scenarios.form import CallStep
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario
from single_window.store.agency_tables.spot_checks import spot_check_sample
from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import AGAINST, IN_FAVOUR, carry_out, chosen
from tests.databases import fetch
from tests.officers import account

pytestmark = pytest.mark.service
SCENARIO = "released-goods-fail"
DELIST = "p"


class Failed:
    """A sandbox in which one sample has failed and waits for a measure."""

    def __init__(self, desks: Desks) -> None:
        scenario = read_scenario(shipped_scenarios()[SCENARIO])
        steps = [step.step for step in scenario.steps]
        first = next(place for place, step in enumerate(steps) if isinstance(step, CallStep) and _measures(step))
        with WindowClient(desks.url) as client:
            played = play(client, msgspec.structs.replace(scenario, steps=scenario.steps[:first]), keep=True)
        assert played.ok, played.mismatches
        self.desks, self.sandbox = desks, played.sandbox
        own = select(spot_check_sample.c.sample_no, spot_check_sample.c.state, spot_check_sample.c.measure)
        self._rows = own.where(spot_check_sample.c.sandbox == played.sandbox)
        self.number = fetch(desks.window.engine, self._rows).one().sample_no

    @property
    def stands(self) -> tuple[str, str]:
        """The state of the sample, and the measure that is ordered."""
        self.desks.window.settle()
        row = fetch(self.desks.window.engine, self._rows).one()
        return row.state, row.measure

    def opened(self, page: Page, role: str, language: str = "en") -> Page:
        return self.desks.sign_in(page, role, f"/spot_checks/{self.number}?sandbox={self.sandbox}&lang={language}")

    def proposed(self, browse: Callable[..., Page]) -> Page:
        """The page of a quality officer who has just proposed that the goods are delisted."""
        page = self.opened(browse(), "quality_officer")
        assert chosen(page, DELIST) == "delist"
        assert "2 eyes" in page.locator("label[for=act-delist]").inner_text()
        page.keyboard.press("1")
        page.locator("[name=then]:visible").uncheck()
        carry_out(page)
        assert "a-quality-officer" in page.inner_text(".proposed")
        return page


def _measures(step: CallStep) -> bool:
    return isinstance(step.json, dict) and step.json.get("action") == "warn"


@pytest.fixture
def failed(desks: Desks) -> Failed:
    return Failed(desks)


def test_the_second_officer_reads_the_measure_and_signs_it(failed: Failed, browse: Callable[..., Page]) -> None:
    author = failed.proposed(browse)
    assert author.locator("[data-key=c]").count() == 0, "nobody approves his own proposal"
    assert failed.stands == ("unqualified", "")
    page = failed.desks.sign_in(browse(bypass_csp=True), "supervisor", f"/review?sandbox={failed.sandbox}&lang=en")
    row = page.locator("li[data-row]", has_text=failed.number)
    assert "a-quality-officer proposes: order to delist" in row.inner_text()
    row.locator("[data-open]").click()
    page.wait_for_load_state()
    told = page.inner_text(".proposed")
    for said in ("order to delist", "The sample failed", "measure ordered", "责令下架", "goods are to be delisted"):
        assert said in told, said
    assert Axe().run(page).response["violations"] == []
    assert chosen(page, IN_FAVOUR) == "approve"
    page.locator("[name=then]:visible").uncheck()
    carry_out(page)
    assert failed.stands == ("measure_ordered", "D")
    assert "order to delist" in page.inner_text("main") and "measure ordered" in page.inner_text(".head")


def test_a_declined_measure_leaves_the_sample_as_it_was(failed: Failed, browse: Callable[..., Page]) -> None:
    failed.proposed(browse)
    page = failed.opened(browse(390, java_script_enabled=False), "supervisor")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("label[for=act-decline-proposal]").click()
    page.locator("[name=reason]:visible").fill("先警示")
    page.locator("[name=then]:visible").uncheck()
    with page.expect_navigation():
        page.locator("button[value=decline]:visible").click()
    assert failed.stands == ("unqualified", "")
    author = failed.opened(browse(), "quality_officer")
    assert "先警示" in author.inner_text("main") and chosen(author, DELIST) == "delist", "it may be proposed again"


def test_a_colleague_without_the_right_reads_who_settles_it(failed: Failed, browse: Callable[..., Page]) -> None:
    failed.proposed(browse)
    name, password = account(failed.desks.window, "b-quality", "quality_officer")
    page = browse()
    page.goto(f"{failed.desks.url}/sign-in?lang=en&sandbox={failed.sandbox}")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    page.goto(f"{failed.desks.url}/spot_checks/{failed.number}?sandbox={failed.sandbox}&lang=en")
    in_sight(page)
    for key in (IN_FAVOUR, AGAINST):
        page.keyboard.press(key)
    assert not page.locator(".acts > div > input:checked").count()
    assert "who may approve: supervisor of quality supervision" in page.inner_text(".bar")
