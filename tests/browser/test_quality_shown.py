"""A closed case in a browser: decided again by a supervisor who does not read the first decision, and counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from single_window.frame.pages.keys import place_of
from single_window.store.tables import work_case
from single_window_client import WindowClient
from tests.browser.conftest import Desks
from tests.browser.deciding import AGAINST, carry_out, chosen, typed
from tests.browser.test_parameters_shown import look
from tests.databases import fetch

pytestmark = pytest.mark.service
QUALITY = "/quality?sandbox=desks&lang=en"
FIRST_REASON = "the goods are not what they were called"


def mixed_in(desks: Desks) -> int:
    """A list of the review desk is rejected, and mixed in as a case of which the answer is known; gives its check."""
    waiting = select(work_case.c.number).where(
        work_case.c.sandbox == "desks",
        work_case.c.desk == "review",
        work_case.c.state == "in_review",
        work_case.c.kind == "inventory",
        work_case.c.waiting == 1,
    )
    number = fetch(desks.window.engine, waiting.order_by(work_case.c.due)).scalars().first()
    number = str(number).rpartition("|")[2]
    values = {"subject": "declaration", "number": number, "choice": "reject"}
    for role, subject, body in (
        ("reviewer", f"declaration/{number}", {"action": "reject", "reason": FIRST_REASON}),
        ("administrator", "quality_check", {"action": "mix_in", "reason": "an example", "values": values}),
    ):
        with WindowClient(desks.url, ":".join(desks.account(role))) as client:
            made = client.sandbox("desks").call("POST", f"/cases/{subject}/decisions", json=body)
    return int(made["number"])


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_a_case_is_decided_again_without_the_first_decision(
    desks: Desks, browse: Callable[..., Page], width: int, scheme: str
) -> None:
    check = mixed_in(desks)
    page = desks.sign_in(browse(width, color_scheme=scheme, bypass_csp=True), "supervisor", QUALITY)
    wrong = [look(page, width)]
    page.goto(f"{desks.url}/quality/{check}?sandbox=desks&lang=en")
    assert "Your decision" in page.content() and FIRST_REASON not in page.content()
    wrong.append(look(page, width))
    assert page.locator("form[action*='/quality/']").count() == page.locator(".bar form.armed").count() > 1, "one bar"
    places = [place_of(str(act.get_attribute("value"))) for act in page.locator(".acts > div > input").all()]
    assert places == sorted(places), "acts stand as on every other page"
    assert chosen(page, AGAINST) == "reject"
    wrong.append(look(page, width))
    typed(page, "The papers contradict each other")
    carry_out(page)
    page.goto(f"{desks.url}{QUALITY}")
    assert "Cases of known answer" in page.content() and "The papers contradict each other" in page.content()
    assert "nothing is concluded" in page.content()
    wrong.append(look(page, width))
    page.goto(f"{desks.url}{QUALITY.replace('lang=en', 'lang=zh')}")
    wrong.append(look(page, width))
    assert wrong == [[]] * 5
