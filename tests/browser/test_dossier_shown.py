"""The dossier that the button on a case's page makes: one file that loads nothing, reads well, and is verified against
an anchor that was taken before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Desks
from tests.browser.deciding import AGAINST, carry_out, chosen
from tests.commands import run_command

pytestmark = pytest.mark.service


def verified(desks: Desks, *options: object) -> tuple[int, str]:
    """Exit code and output of the log's command at the window, as an auditor."""
    key = ":".join(desks.account("auditor"))
    result = run_command("audit", "log", "--sandbox", "desks", "--url", desks.url, "--key", key, *options)
    return result.exit_code, result.output


def rejected(desks: Desks, page: Page) -> tuple[str, str]:
    """The address of a case that a reviewer has rejected, once decided, and the reason that the declarant reads."""
    page = desks.sign_in(page, "reviewer")
    with page.expect_navigation():
        page.keyboard.press("n")
    case = page.url.partition("?")[0]
    assert chosen(page, AGAINST) == "reject"
    page.keyboard.press("1")
    reason = page.locator(".acts > div:has(> input:checked) q").inner_text().partition("，")[2]
    carry_out(page)
    desks.window.settle()
    return f"{case}?sandbox=desks", reason


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_saved_loads_nothing_and_holds(
    desks: Desks, browse: Callable[..., Page], chromium: Browser, tmp_path: Path, language: str
) -> None:
    anchors, file = tmp_path / "anchors.jsonl", tmp_path / "dossier.html"
    case, reason = rejected(desks, browse())
    assert verified(desks, "--anchor", anchors)[0] == 0
    page = desks.sign_in(browse(), "auditor", f"{case.removeprefix(desks.url)}&lang={language}")
    with page.expect_download() as saved:
        page.locator("form[action*='/dossiers/'] button").click()
    saved.value.save_as(file)
    code, told = verified(desks, "--dossier", file, "--anchor", anchors)
    assert code == 0 and "1 anchor agrees with the log" in told, told
    shown = chromium.new_page(viewport={"width": 900, "height": 1200})
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    problems: list[str] = []
    shown.on("console", lambda message: problems.append(message.text))
    shown.goto(file.as_uri())
    assert (asked, problems) == ([file.as_uri()], [])
    text = shown.inner_text("body")
    for heading in (
        ("案卷", "办理日志中的记录", reason, "当初为何待处理")
        if language == "zh"
        else ("Dossier", "Rows in the log of decisions", "Why it waited")
    ):
        assert heading in text, heading
    assert shown.locator("details:not([open]), a[href], form, script, button").count() == 0
    shown.emulate_media(media="print")
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.close()
    file.write_bytes(file.read_bytes().replace(reason.encode(), "另有理由".encode()))
    code, told = verified(desks, "--dossier", file, "--anchor", anchors)
    assert code == 1 and "另有理由" in told, told


def test_it_reads_well(desks: Desks, browse: Callable[..., Page], chromium: Browser, tmp_path: Path) -> None:
    page = desks.sign_in(browse(), "supervisor")
    with page.expect_navigation():
        page.keyboard.press("n")
    with page.expect_download() as saved:
        page.locator("form[action*='/dossiers/'] button").click()
    saved.value.save_as(tmp_path / "dossier.html")
    shown = chromium.new_context(bypass_csp=True).new_page()
    shown.goto((tmp_path / "dossier.html").as_uri())
    assert Axe().run(shown).response["violations"] == []
    shown.context.close()
