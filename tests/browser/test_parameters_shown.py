"""The pages of dated values in a browser: they fit, are accessible, and need no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.deciding import click_act

pytestmark = pytest.mark.service
EVERY = "/parameters?sandbox=desks&lang=en"
RATES = "/parameters/inspection.rates?sandbox=desks&lang=en"


@pytest.mark.parametrize(
    ("scheme", "width"),
    [
        ("dark", 320),
        pytest.param("dark", 1280, marks=pytest.mark.long),
        pytest.param("light", 320, marks=pytest.mark.long),
        pytest.param("light", 1280, marks=pytest.mark.long),
    ],
)
def test_list_value_and_form_are_accessible_and_fit(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    page = desks.sign_in(browse(width, color_scheme=scheme, bypass_csp=True), "administrator", EVERY)
    wrong = [look(page, width)]
    for place in (RATES, "/parameters/batches.sampling?sandbox=desks&lang=zh", "/guarantees?sandbox=desks&lang=en"):
        page.goto(f"{desks.url}{place}")
        wrong.append(look(page, width))
    page.locator("th a[href*='/guarantees/']").first.click()
    page.wait_for_url("**/guarantees/**")
    wrong.append(look(page, width))
    assert wrong == [[]] * 5


def test_a_change_is_proposed_and_approved_without_a_script(desks: Desks, browse: Callable[..., Page]) -> None:
    page = browse(java_script_enabled=False)
    sign_in(desks, page, "administrator")
    page.goto(f"{desks.url}{RATES}")
    page.fill("[name='value.ordinary']", "0.31")
    page.fill("[name=reason]", "the yearly review")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    assert "ordinary 0.02 → 0.31" in page.content() and page.locator("[value=decline]").count()
    second = browse(java_script_enabled=False)
    sign_in(desks, second, "supervisor")
    second.goto(f"{desks.url}{RATES}")
    click_act(second, "approve")
    assert "carried out" in second.locator("[role=status]").first.inner_text().lower()
    second.goto(f"{desks.url}{EVERY}&name=inspection.rates")
    assert "ordinary 0.31" in second.content()


def sign_in(desks: Desks, page: Page, role: str) -> None:
    name, password = desks.account(role)
    page.goto(f"{desks.url}/sign-in?lang=en&sandbox=desks")
    page.fill("[name=name]", name)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def look(page: Page, width: int) -> list[str]:
    """What is wrong with a page."""
    violations = [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*violations, *([f"wider than {width}"] if wide else [])]
