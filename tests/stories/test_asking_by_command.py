"""A declarant finds what he is asked and answers it by commands, with a file whose name is Chinese."""

from __future__ import annotations

import json
from pathlib import Path

from single_window.store import files, questions
from tests.commands import run_command
from tests.databases import window_in
from tests.stories.story import StoryRunner


def test_a_question_is_listed_shown_and_answered_with_a_file(tmp_path: Path) -> None:
    folder, invoice = tmp_path / "data", tmp_path / "发票.txt"
    invoice.write_text("发票：100元", "utf-8")
    window = window_in(folder)
    story = StoryRunner(window)
    trade = story.trade(fault="content_missing")
    story.send(trade)
    where = ("--sandbox", "story", "--data", str(folder))
    window.close()
    asking = ("--question", "请提供发票", "--question", "请说明价格", "--returns", "files", "--due", "2026-12-04")
    assert run_command("act", trade.id, "ask", *asking, *where, code=0)
    window = window_in(folder)
    (asked,) = StoryRunner(window).read(questions.page, None)
    window.close()
    assert asked.text == "1. 请提供发票；2. 请说明价格。须提交证明文件，2026-12-04前答复，逾期按现有材料办理"
    assert "请提供发票" in run_command("question", "list", *where).stdout
    assert "待企业答复" in run_command("question", "show", str(asked.id), *where).stdout
    given = run_command(
        "question", "answer", str(asked.id), "--text", "见附件", "--file", str(invoice), "--json", *where
    )
    assert json.loads(given.stdout)["state"] == "answered", given.output
    again = window_in(folder)
    (kept,) = StoryRunner(again).read(files.of_case, *asked.key, 9)
    assert (kept.name, kept.media_type) == ("发票.txt", "text/plain")
    again.close()
