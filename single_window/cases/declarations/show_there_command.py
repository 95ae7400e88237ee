"""`single-window show --url`: what a number leads to, from the HTTP interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from schemas.findings import Finding
from single_window.cases.declarations.answers import DeclarationsOut
from single_window.cases.declarations.declaration_command import show_declarations
from single_window.client import SandboxClient
from single_window.client.calls import PREFIX
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import called
from single_window.frame.commands.findings import show_findings


def show_there(call: Call, sandbox: SandboxClient, number: str, full: bool, wanted: str | None) -> None:
    """Find a number at a window, and show the one thing that it leads to: its lists with reasons, a message with its
    findings; of several, which there are."""
    matches = [
        match
        for match in sandbox.call("GET", "/find", query={"number": number})["matches"]
        if wanted is None or match["flow"] == wanted
    ]
    links = sorted({match["link"] for match in matches if match["link"]})
    if len(links) != 1:
        call.give({"number": number, "matches": matches})
        _choose(call, number, matches)
        return
    answer = sandbox.call("GET", links[0].removeprefix(PREFIX))
    if "declarations" in answer and wanted is not None:
        answer["declarations"] = [
            declaration for declaration in answer["declarations"] if declaration["flow"] == wanted
        ]
    if "declarations" in answer:
        called(DeclarationsOut, partial(show_declarations, full=full))(call, answer)
    else:
        call.give(answer)
        _message(call, answer)


def _choose(call: Call, number: str, matches: Sequence[Mapping[str, Any]]) -> None:
    call.table(
        f"{number}: {len(matches)}",
        ("what", "by", "number", "state"),
        [
            (match["what"], match["by"], match["label"], match.get(f"state_{call.language}", match["state"]))
            for match in matches
        ],
    )


def _message(call: Call, message: Mapping[str, Any]) -> None:
    call.say(f"message {message['id']}: {message['type']}, {message['documents']} document(s), {message['size']} bytes")
    call.say(f"  from {message['sender'] or '?'} by {message['channel']}, {message['received_at']}: {message['state']}")
    show_findings(call, [Finding(**finding) for finding in message["findings"]])
