"""One case from its first question to its proof: the trader is asked, answers with a file, an officer determines the
value anew, and the dossier holds beside an anchor of the day before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from single_window.store.tables import question, work_case
from tests.browser.conftest import Desks, in_sight
from tests.browser.deciding import carry_out, chosen
from tests.commands import run_command
from tests.databases import fetch

pytestmark = pytest.mark.service
QUERIED = "14025"


def audited(desks: Desks, *options: object) -> tuple[int, str]:
    """Exit code and output of the log's command at the window, as an auditor."""
    key = ":".join(desks.account("auditor"))
    result = run_command("audit", "log", "--sandbox", "desks", "--url", desks.url, "--key", key, *options)
    return result.exit_code, result.output


def test_a_trader_is_asked_answers_the_value_is_determined_and_the_dossier_holds(
    desks: Desks, browse: Callable[..., Page], tmp_path: Path
) -> None:
    anchors, file = tmp_path / "anchors.jsonl", tmp_path / "dossier.html"
    assert audited(desks, "--anchor", anchors)[0] == 0
    case = work_case.c
    waiting = select(case.declaration_id).where(case.sandbox == "desks", case.waiting == 1, case.reason == QUERIED)
    number = fetch(desks.window.engine, waiting.order_by(case.declaration_id)).scalars().first()
    address = f"{desks.url}/declarations/{number}?sandbox=desks&lang=en"
    page = desks.sign_in(browse(), "reviewer")
    page.goto(address)
    assert chosen(page, "a") == "ask"
    page.keyboard.press("1")
    page.locator("[name=then]:visible").uncheck()
    carry_out(page)
    desks.window.settle()
    asked = fetch(desks.window.engine, select(question).where(question.c.state == "open")).one()
    form: Any = {
        "text": "清仓价，附发票",
        "files": {"name": "发票.txt", "mimeType": "text/plain", "buffer": "发票：12.00元".encode()},
    }
    answer = page.request.post(
        f"{desks.url}/api/v1/requests/{asked.id}/answer", headers={"X-Sandbox": "desks"}, multipart=form
    )
    assert answer.status == 200, answer.text()
    page.goto(address)
    assert "清仓价" in page.inner_text("#asked")
    page.keyboard.press("t")
    page.locator("select[name=method]:visible").select_option("similar")
    page.locator("[name^=price-]:visible").first.fill("12.00")
    page.locator("[name=reason]:visible").fill("同类商品成交价")
    page.locator("[name^=then]:visible").uncheck()
    in_sight(page)
    with page.expect_navigation():
        page.locator("button[value=revalue]:visible").last.click()
    assert [told for told in desks.received() if "核定完税价格，同类商品成交价" in told]
    auditor = desks.sign_in(browse(), "auditor", address.removeprefix(desks.url))
    with auditor.expect_download() as saved:
        auditor.locator("form[action*='/dossiers/'] button").click()
    saved.value.save_as(file)
    text = file.read_text("utf-8")
    for told in ("清仓价，附发票", "发票.txt", "同类商品成交价"):
        assert told in text, told
    code, said = audited(desks, "--dossier", file, "--anchor", anchors)
    assert code == 0 and "The dossier holds" in said, said
    file.write_text(text.replace("清仓价，附发票", "清仓价，无发票"), "utf-8")
    code, said = audited(desks, "--dossier", file, "--anchor", anchors)
    assert code == 1 and "清仓价，无发票" in said, said
