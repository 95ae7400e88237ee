"""`single-window submit`: sends messages, and shows their results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import click

from schemas.edifact.reading import MEDIA_TYPE, is_edifact
from single_window.cases.declarations.parts import MessageStory
from single_window.cases.declarations.story_output_command import show_message
from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.cases import convert_answer
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import client_command
from single_window.frame.findings import FindingOut
from single_window_client import CallRefused, SandboxClient, SentMessage
from single_window_client.calls import part

HINTS = 3
MAX_ORDERS_WITH_BILLS = 50
"""Maximum number of orders whose tax bills are searched."""
MAX_WAIT_SECONDS = 30
"""Maximum seconds to wait for the results of messages."""
ACCEPTED, REFUSED = 202, 400


@client_command(examples=("order.xml payment.xml waybill.xml list.xml", "codeco.edi"))
def submit(
    call: Call,
    sandbox: SandboxClient,
    files: tuple[Path, ...] = argument(type=EXISTING_FILE, required=True),
    edition: Literal["2022-05", "2018"] | None = option("Schema edition [default: the sender's]."),
    wait: bool = option("Wait for the results of the messages.", "--wait/--no-wait", default=True),
) -> None:
    """Send messages: plain CEB XML or DxpMsg, one in each file, or EDIFACT interchanges of terminals."""
    answers = [answer for path in files for answer in _post(call, sandbox, path, edition)]
    accepted_ids = [number for answer in answers if (number := _id(answer)) is not None]
    seconds = MAX_WAIT_SECONDS if wait and accepted_ids else 0
    results = (
        {id: _story(sandbox, id, seconds if id == accepted_ids[0] else 0) for id in dict.fromkeys(accepted_ids)}
        if wait
        else {}
    )
    call.print_json([{**answer, "story": results.get(_id(answer) or 0)} for answer in answers])
    stories = {id: convert_answer(story, MessageStory) for id, story in results.items() if story is not None}
    for answer in answers:
        _show(call, answer, stories)
    orders = sorted({paper.order_no for story in stories.values() for paper in story.papers if paper.order_no})
    for order_no in orders[:HINTS]:
        call.print_line(f"See: single-window show {order_no}{call.scope_options}")
    for mailbox, numbers in sorted(_bills(sandbox, orders[:MAX_ORDERS_WITH_BILLS]).items()):
        call.print_line(
            f"{len(numbers)} tax bill(s) (816) in mailbox {mailbox}. See: "
            f"single-window receipts --mailbox {mailbox} --after {min(numbers) - 1}{call.scope_options}"
        )
    if not wait:
        call.print_line("Accepted. Show the result with: single-window show NUMBER")
    if any(answer["status"] != ACCEPTED for answer in answers) or any(
        story.state == "invalid" for story in stories.values()
    ):
        raise click.exceptions.Exit(FAILED)


def _post(call: Call, sandbox: SandboxClient, path: Path, edition: str | None) -> list[dict[str, Any]]:
    """Send a file; return the answer to each message of it, and what is refused of an interchange. Each answer about an
    interchange has its CONTRL and the number of its containers that were not read; without a message there is one."""
    body, refused, of_whole = path.read_bytes(), list[tuple[int, object]](), dict[str, Any]()
    try:
        if is_edifact(body):
            told = sandbox.call("POST", "/port/interchanges", body=body, headers={"Content-Type": MEDIA_TYPE})
            of_whole = {"interchange": {name: told[name] for name in ("control", "unread")}}
            accepted, left = told["messages"], f", {told['unread']} container(s) unread" if told["unread"] else ""
            call.print_line(f"{path}: {told['control'].strip()}\n{path}: {len(accepted)} message(s) filed{left}")
            if wrong := [finding for finding in told["findings"] if not finding["warning"]]:
                refused = [(REFUSED, {"findings": wrong, "control": told["control"]})]
        else:
            headers, query = {"Content-Type": "application/xml"}, {"edition": edition}
            accepted = [sandbox.call("POST", "/messages", body=body, query=query, headers=headers)]
    except CallRefused as whole:
        accepted, refused = [], [(whole.status, whole.body)]
    answers = [*((ACCEPTED, answer) for answer in accepted), *refused] or [(ACCEPTED, None)]
    return [{"file": str(path), "status": status, "answer": answer, **of_whole} for status, answer in answers]


def _id(answer: Mapping[str, Any]) -> int | None:
    """Return the id of a message that was accepted, else None."""
    return answer["answer"]["id"] if answer["status"] == ACCEPTED and answer["answer"] else None


def _story(sandbox: SandboxClient, number: int | str, seconds: int, about: str = "message") -> dict[str, Any] | None:
    """Fetch the story of a message or an order, waiting at most `seconds`; None if the caller may not read it."""
    try:
        found = sandbox.call("GET", f"/stories/{part(number)}", query={"wait": seconds or None})
    except CallRefused:
        return None
    story: dict[str, Any] | None = found[about]
    return story


def _bills(sandbox: SandboxClient, orders: Sequence[str]) -> dict[str, list[int]]:
    """Return mailbox -> sequence numbers of the tax bills of orders."""
    numbers: dict[str, list[int]] = {}
    for order_no in orders:
        story = _story(sandbox, order_no, 0, "declaration")
        for receipt in story["receipts"] if story else ():
            if receipt["code"] == "816" and receipt["sequence"]:
                numbers.setdefault(receipt["mailbox"], []).append(receipt["sequence"])
    return numbers


def _show(call: Call, answer: Mapping[str, Any], stories: Mapping[int, MessageStory]) -> None:
    content, path = answer["answer"], answer["file"]
    if not content:
        return  # of an interchange: it is told already
    if answer["status"] != ACCEPTED:
        findings = content.get("findings") if isinstance(content, dict) else None
        call.print_line(f"{path}: refused ({answer['status']})" + ("" if findings else f": {content}"))
        show_findings(call, convert_answer(findings or (), tuple[FindingOut, ...]))
        return
    sent = convert_answer(content, SentMessage)
    again = ", a repeated transmission without effect" if sent.repeated else ""
    call.print_line(f"{path}: message {sent.id}, {sent.type}, {sent.documents} document(s){again}")
    if content["id"] in stories:
        show_message(call, stories[content["id"]])
