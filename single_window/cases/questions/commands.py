"""`single-window question`: what officers asked the declarants of cases, and their answers."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import click

from single_window.cases.questions.answers import QuestionOut, QuestionsOut
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer, show_answer
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local

_TONES = {"answered": "good", "silent": "bad", "open": "waiting"}
_COLUMNS: Columns[QuestionOut] = (
    ("id 编号", lambda asked: asked.id),
    ("about 对象", lambda asked: f"{asked.subject} {asked.number}"),
    ("state 状态", lambda asked: f"{asked.state_zh} {asked.state}"),
    ("until 期限", lambda asked: local(asked.due)[:16]),
    ("asked 询问", lambda asked: asked.text[:60]),
)


@click.group()
def question() -> None:
    """Questions of officers to the declarants of cases, and their answers."""


@question.command("list")
@click.option("--state", default="", metavar="STATE", help="Only questions in this state, such as open.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@command
@through_api
def list_(call: Call, sandbox: SandboxClient, state: str, limit: int) -> None:
    """List questions, newest first; with a key, those to its mailboxes.

    \b
    Examples:
      single-window question list
      single-window question list --state open --json
    """
    answer = call.answered(sandbox.call("GET", "/requests", query={"state": state, "limit": limit}))
    asked = convert_answer(answer, QuestionsOut).requests
    call.records("", _COLUMNS, asked, lambda question: _TONES.get(question.state, ""))
    if not asked:
        call.print_line("No questions. 没有补充材料要求。")


@question.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@command
@through_api
def show(call: Call, sandbox: SandboxClient, number: int) -> None:
    """Show a question with its answer.

    \b
    Example:
      single-window question show 1234
    """
    show_answer(call, sandbox.call("GET", f"/requests/{number}"), QuestionOut, _show)


@question.command()
@click.argument("number", metavar="ID", type=click.IntRange(1))
@click.option("--text", default="", metavar="WORDS", help="The answer in words.")
@click.option(
    "--file",
    "paths",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of the answer: PDF, PNG, JPEG or text; several times for several.",
)
@command
@through_api
def answer(call: Call, sandbox: SandboxClient, number: int, text: str, paths: Sequence[Path]) -> None:
    """Answer a question, as its declarant.

    \b
    Example:
      single-window question answer 1234 --text 附发票 --file invoice.pdf
    """
    body, content_type = form_of(text, paths)
    headers = {"Content-Type": content_type}
    made = sandbox.call("POST", f"/requests/{number}/answer", body=body, headers=headers)
    show_answer(call, made, QuestionOut, _show)


def form_of(text: str, paths: Sequence[Path]) -> tuple[bytes, str]:
    """The body of an answer as multipart/form-data, and its content type."""
    parts = [(b'form-data; name="text"', "text/plain; charset=utf-8", text.encode())]
    for path in paths:
        name = quote(path.name, safe=" ()_-.")
        described = f'form-data; name="files"; filename="{name}"; filename*=UTF-8\'\'{name}'.encode()
        parts.append((described, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()))
    boundary = hashlib.sha256(b"".join(body for _, _, body in parts)).hexdigest()
    lines = [
        b"--%s\r\nContent-Disposition: %s\r\nContent-Type: %s\r\n\r\n%s\r\n"
        % (boundary.encode(), described, media_type.encode(), body)
        for described, media_type, body in parts
    ]
    return b"".join([*lines, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _show(call: Call, asked: QuestionOut) -> None:
    call.print_line(f"{asked.id} · {asked.subject} {asked.number} · {asked.state_zh} {asked.state_en}")
    call.print_line(f"until 期限 {local(asked.due)[:16]} · {asked.text}")
    if asked.answered_by:
        call.print_line(f"answer 答复 {local(asked.answered_at)[:16]} · {asked.answered_by} · {asked.answer}")
    for sha256 in asked.files:
        call.print_line(f"file 文件 {sha256}")
