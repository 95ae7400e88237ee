"""`single-window submit`: hand in messages, here or over HTTP, and see what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from single_window.cases import declarations as stories
from single_window.cases.declarations import MessageStory
from single_window.cases.declarations.story_output_command import show_message
from single_window.client import CallRefused, SandboxClient
from single_window.frame.commands.call import FAILED, Call, command
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.remote import over_http
from single_window.intake.admission import Admitted
from single_window.receipts import rows as receipts
from single_window.store.bulk import chunks
from single_window.store.engine import reading
from single_window.wiring import Window

CHANNEL = "command"
HINTS = 3


def _submit_there(call: Call, sandbox: SandboxClient, files: tuple[Path, ...], edition: str | None, wait: bool) -> None:
    answers = [_post(sandbox, path, edition) for path in files]
    call.give(answers)
    for answer in answers:
        call.say(f"{answer['file']}: {answer['status']} {json.dumps(answer['answer'], ensure_ascii=False)}")
    if any(answer["status"] != 202 for answer in answers):
        raise click.exceptions.Exit(FAILED)


def _post(sandbox: SandboxClient, path: Path, edition: str | None) -> dict[str, Any]:
    try:
        answer = sandbox.call(
            "POST",
            "/messages",
            body=path.read_bytes(),
            query={"edition": edition},
            headers={"Content-Type": "application/xml"},
        )
        return {"file": str(path), "status": 202, "answer": answer}
    except CallRefused as refused:
        return {"file": str(path), "status": refused.status, "answer": refused.body}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", type=click.Choice(["2022-05", "2018"]), help="Schema edition [default: the sender's].")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait for what becomes of the messages.")
@command
@over_http(_submit_there)
def submit(call: Call, files: tuple[Path, ...], edition: str | None, wait: bool) -> None:
    """Hand in messages: bare CEB XML or DxpMsg, one in each file.

    \b
    Example:
      single-window submit order.xml payment.xml waybill.xml list.xml
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        readings = [window.read(call.sandbox, path.read_bytes(), edition) for path in files]
        admitted = window.admit(call.sandbox, readings, CHANNEL)
        settled = call.work(window) if wait or call.beside is None else False
        message_stories = _stories_of(window, call, admitted) if settled else []
        bills = _bills(window, call, message_stories) if message_stories else {}
    _report(call, files, admitted, message_stories, settled)
    for mailbox, places in sorted(bills.items()):
        call.say(
            f"{len(places)} tax bill(s) (816) came to {mailbox}. See: "
            f"single-window receipts --mailbox {mailbox} --after {min(places) - 1}{call.aside}"
        )
    if any(message.status != 202 for message in admitted) or any(story.state == "invalid" for story in message_stories):
        raise click.exceptions.Exit(FAILED)


def _stories_of(window: Window, call: Call, admitted: list[Admitted]) -> list[MessageStory]:
    with reading(window.engine) as connection:
        return [
            stories.of_message(connection, call.sandbox, message.id) for message in admitted if message.status == 202
        ]


def _bills(window: Window, call: Call, message_stories: list[MessageStory]) -> dict[str, list[int]]:
    """Where the tax bills of the trades lie whose documents were handed in: mailboxes, and places in their sequence."""
    orders = sorted({paper.order_no for story in message_stories for paper in story.papers if paper.order_no})
    sequences: dict[str, list[int]] = {}
    with reading(window.engine) as connection:
        for part in chunks(orders):
            for mailbox, receipt in receipts.of_orders(connection, call.sandbox, part):
                if receipt.code == "816" and receipt.sequence:
                    sequences.setdefault(mailbox, []).append(receipt.sequence)
    return sequences


def _report(
    call: Call, files: tuple[Path, ...], admitted: list[Admitted], message_stories: list[MessageStory], settled: bool
) -> None:
    call.give(
        [
            {
                "file": str(path),
                **message._asdict(),
                "story": next((s for s in message_stories if s.id == message.id), None),
            }
            for path, message in zip(files, admitted, strict=True)
        ]
    )
    for path, message in zip(files, admitted, strict=True):
        if message.status != 202:
            call.say(f"{path}: refused ({message.status})")
            show_findings(call, message.findings)
            continue
        again = ", the same transmission as before: nothing else happens" if message.repeated else ""
        code = f"CEB{message.code}" if message.code.isdigit() else message.code
        call.say(f"{path}: message {message.id}, {code}, {message.documents} document(s){again}")
        for story in message_stories:
            if story.id == message.id:
                show_message(call, story)
    orders = sorted({paper.order_no for story in message_stories for paper in story.papers if paper.order_no})
    for order_no in orders[:HINTS]:
        call.say(f"See: single-window show {order_no}{call.aside}")
    if not settled:
        call.say("Filed. See what becomes of it with: single-window show NUMBER")
