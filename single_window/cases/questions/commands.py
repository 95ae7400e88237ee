"""`single-window question`: what officers asked the declarants of cases, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from single_window.cases.questions.answers import QuestionOut, QuestionsOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.multipart import form_of
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window.frame.typed import local
from single_window_client import SandboxClient

_TONES = {"answered": "good", "silent": "bad", "open": "waiting"}
_COLUMNS: Columns[QuestionOut] = (
    ("id 编号", lambda asked: asked.id),
    ("about 对象", lambda asked: f"{asked.subject} {asked.number}"),
    ("state 状态", lambda asked: f"{asked.state_zh} {asked.state}"),
    ("until 期限", lambda asked: local(asked.due)[:16]),
    ("asked 询问", lambda asked: asked.text[:60]),
)


question = CommandGroup("question")


@question.client(examples=("1234 --text 附发票 --file invoice.pdf",))
def answer(
    call: Call,
    sandbox: SandboxClient,
    number: int = argument("ID", type=click.IntRange(1)),
    text: str = option("The answer in words.", metavar="WORDS", default=""),
    paths: Sequence[Path] = option(
        "A file of the answer: PDF, PNG, JPEG or text; several times for several.",
        "--file",
        type=EXISTING_FILE,
        metavar="FILE",
    ),
) -> None:
    """Answer a question, as its declarant."""
    body, content_type = form_of(text, paths)
    headers = {"Content-Type": content_type}
    made = sandbox.call("POST", f"/requests/{number}/answer", body=body, headers=headers)
    show_answer(call, made, QuestionOut, _show)


def _show(call: Call, asked: QuestionOut) -> None:
    call.print_line(f"{asked.id} · {asked.subject} {asked.number} · {asked.state_zh} {asked.state_en}")
    call.print_line(f"until 期限 {local(asked.due)[:16]} · {asked.text}")
    if asked.answered_by:
        call.print_line(f"answer 答复 {local(asked.answered_at)[:16]} · {asked.answered_by} · {asked.answer}")
    for sha256 in asked.files:
        call.print_line(f"file 文件 {sha256}")


question.row(
    "list",
    "GET /requests",
    "List questions, newest first; with a key, those to its mailboxes.",
    Listed(QuestionsOut, _COLUMNS, "No questions. 没有补充材料要求。", lambda asked: _TONES.get(asked.state, "")),
    options=(
        click.option("--state", default="", metavar="STATE", help="Only questions in this state, such as open."),
        limit(500),
    ),
    examples=("", "--state open --json"),
)
question.row(
    "show",
    "GET /requests/{number}",
    "Show a question with its answer.",
    _show,
    options=(click.argument("number", metavar="ID", type=click.IntRange(1)),),
    examples=("1234",),
)
