"""`single-window submit`: hand in messages, and see what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from single_window.cases.declarations.parts import MessageStory
from single_window.cases.declarations.story_output_command import show_message
from single_window.client import CallRefused, SandboxClient, SentMessage
from single_window.client.calls import part
from single_window.frame.commands.call import FAILED, Call, command
from single_window.frame.commands.cases import typed
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.through_api import through_api
from single_window.frame.findings import FindingOut

HINTS = 3
MOST_BILLED = 50
"""Orders of which tax bills are looked for."""
MAX_WAIT_SECONDS = 30
"""Seconds for which what becomes of messages is waited for."""
ACCEPTED = 202


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--edition", type=click.Choice(["2022-05", "2018"]), help="Schema edition [default: the sender's].")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait for what becomes of the messages.")
@command
@through_api
def submit(call: Call, sandbox: SandboxClient, files: tuple[Path, ...], edition: str | None, wait: bool) -> None:
    """Hand in messages: bare CEB XML or DxpMsg, one in each file.

    \b
    Example:
      single-window submit order.xml payment.xml waybill.xml list.xml
    """
    answers = [_post(sandbox, path, edition) for path in files]
    kept = [answer["answer"]["id"] for answer in answers if answer["status"] == ACCEPTED]
    seconds = MAX_WAIT_SECONDS if wait and kept else 0
    told = {id: _story(sandbox, id, seconds if id == kept[0] else 0) for id in dict.fromkeys(kept)} if wait else {}
    call.print_json([{**answer, "story": told.get(_id(answer))} for answer in answers])
    stories = {id: typed(story, MessageStory) for id, story in told.items() if story is not None}
    for answer in answers:
        _show(call, answer, stories)
    orders = sorted({paper.order_no for story in stories.values() for paper in story.papers if paper.order_no})
    for order_no in orders[:HINTS]:
        call.print_line(f"See: single-window show {order_no}{call.scope_options}")
    for mailbox, places in sorted(_bills(sandbox, orders[:MOST_BILLED]).items()):
        call.print_line(
            f"{len(places)} tax bill(s) (816) came to {mailbox}. See: "
            f"single-window receipts --mailbox {mailbox} --after {min(places) - 1}{call.scope_options}"
        )
    if not wait:
        call.print_line("Filed. See what becomes of it with: single-window show NUMBER")
    if len(kept) < len(files) or any(story.state == "invalid" for story in stories.values()):
        raise click.exceptions.Exit(FAILED)


def _post(sandbox: SandboxClient, path: Path, edition: str | None) -> dict[str, Any]:
    headers = {"Content-Type": "application/xml"}
    try:
        body = path.read_bytes()
        answer = sandbox.call("POST", "/messages", body=body, query={"edition": edition}, headers=headers)
        return {"file": str(path), "status": ACCEPTED, "answer": answer}
    except CallRefused as refused:
        return {"file": str(path), "status": refused.status, "answer": refused.body}


def _id(answer: Mapping[str, Any]) -> int | None:
    """The id of a message that was kept."""
    return answer["answer"]["id"] if answer["status"] == ACCEPTED else None


def _story(sandbox: SandboxClient, number: int | str, seconds: int, about: str = "message") -> dict[str, Any] | None:
    """The story of a message or an order after so many seconds at most; None if the caller may not read it."""
    try:
        found = sandbox.call("GET", f"/stories/{part(number)}", query={"wait": seconds or None})
    except CallRefused:
        return None
    story: dict[str, Any] | None = found[about]
    return story


def _bills(sandbox: SandboxClient, orders: Sequence[str]) -> dict[str, list[int]]:
    """The places of the tax bills of orders: mailboxes, and places in their sequence."""
    places: dict[str, list[int]] = {}
    for order_no in orders:
        story = _story(sandbox, order_no, 0, "declaration")
        for receipt in story["receipts"] if story else ():
            if receipt["code"] == "816" and receipt["sequence"]:
                places.setdefault(receipt["mailbox"], []).append(receipt["sequence"])
    return places


def _show(call: Call, answer: Mapping[str, Any], stories: Mapping[int, MessageStory]) -> None:
    said, path = answer["answer"], answer["file"]
    if answer["status"] != ACCEPTED:
        findings = said.get("findings") if isinstance(said, dict) else None
        call.print_line(f"{path}: refused ({answer['status']})" + ("" if findings else f": {said}"))
        show_findings(call, typed(findings or (), tuple[FindingOut, ...]))
        return
    sent = typed(said, SentMessage)
    again = ", the same transmission as before: nothing else happens" if sent.repeated else ""
    call.print_line(f"{path}: message {sent.id}, {sent.type}, {sent.documents} document(s){again}")
    if said["id"] in stories:
        show_message(call, stories[said["id"]])
