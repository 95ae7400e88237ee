"""`single-window case`: what officers keep with any case, and who deals with it: notes, files, assignment."""

from __future__ import annotations

import mimetypes
from pathlib import Path

import click

from single_window.cases import folders
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import CommandGroup, Listed, Single
from single_window.frame.decision_answers import AssignmentOut, CaseNoteOut, CaseNotesOut, FileOut, FilesOut
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import part

_NOTES: Columns[CaseNoteOut] = (
    ("time 时间", lambda note: local(note.at)),
    ("by 人员", lambda note: note.by),
    ("note 留言", lambda note: note.text),
)
_FILES: Columns[FileOut] = (
    ("file 文件", lambda file: file.name),
    ("type 类型", lambda file: file.media_type),
    ("bytes 字节", lambda file: file.size),
    ("line 项", lambda file: file.line or ""),
    ("by 人员", lambda file: file.by),
    ("time 时间", lambda file: local(file.at)),
    ("SHA-256", lambda file: file.sha256),
)


case = CommandGroup("case")


_SUBJECT = click.argument("subject", type=click.Choice(folders.subjects_of_decisions()), metavar="KIND")


case.row(
    "notes",
    "GET /cases/{subject}/{number}/notes",
    "List the notes about a case, oldest first.",
    Listed(CaseNotesOut, _NOTES, "No notes. 没有留言。"),
    options=(_SUBJECT,),
    examples=("declaration 42402026I000000001",),
)
case.row(
    "note",
    "POST /cases/{subject}/{number}/notes",
    "Add a note to a case, for colleagues only; @ACCOUNT tells that officer.",
    Single(CaseNoteOut, _NOTES),
    options=(
        _SUBJECT,
        click.argument("text"),
    ),
    examples=('declaration 42402026I000000001 "价格偏低，请@zhao核对" --as wang',),
)
case.row(
    "files",
    "GET /cases/{subject}/{number}/files",
    "List the files of a case, in the order in which they were added.",
    Listed(FilesOut, _FILES, "No files. 没有文件。"),
    options=(_SUBJECT,),
    examples=("declaration 42402026I000000001",),
)


@case.client("file", examples=("declaration 42402026I000000001 IMG-0312.jpg --line 2 --as sun",))
@_SUBJECT
def add_file(
    call: Call,
    sandbox: SandboxClient,
    subject: str,
    number: str,
    path: Path = argument("FILE", type=EXISTING_FILE),
    line: int = option(
        "The line of goods that a photo shows.", type=click.IntRange(0, 50), show_default=False, default=0
    ),
) -> None:
    """Add a file to a case: PDF, PNG, JPEG or text, at most 10 MB."""
    headers = {"Content-Type": mimetypes.guess_type(path.name)[0] or "application/octet-stream"}
    query = {"name": path.name, "line": line}
    made = sandbox.call(
        "POST", f"/cases/{subject}/{part(number)}/files", body=path.read_bytes(), query=query, headers=headers
    )
    show_answer(call, made, FileOut, lambda call, file: call.records("", _FILES, [file]))


def _show_assignment(call: Call, made: AssignmentOut) -> None:
    off = f"put off to 推迟至 {local(made.put_off_until)[:10]}, " if made.put_off_until else ""
    holder = made.holder or "nobody 无"
    call.print_line(f"{made.subject} {made.number}: held by 经办 {holder}, {off}due 期限 {local(made.due)}")


case.row(
    "assign",
    "POST /cases/{subject}/{number}/assignment",
    "Take a waiting case up, put it off to a day, let it go, hand it to a supervisor, or give it to an officer.",
    _show_assignment,
    options=(
        _SUBJECT,
        click.argument("action", metavar="take_up|put_off|let_go|escalate|give"),
        click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="For put_off: the day on which it comes back."),
        click.option("--to", default="", metavar="ACCOUNT", help="For escalate and give: who gets it."),
        click.option("--note", default="", metavar="WORDS", help="What colleagues read."),
    ),
    examples=(
        "declaration 42402026I000000001 put_off --until 2026-12-01 --as wang",
        "declaration 42402026I000000001 give --to li --as zhao",
    ),
)
