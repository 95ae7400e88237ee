"""`single-window show --url`: what a number leads to, as the HTTP interface tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.findings import Finding
from single_window.client import SandboxClient
from single_window.client.calls import PREFIX, part
from single_window.commands.call import Call
from single_window.commands.findings import show_findings


def show_there(call: Call, sandbox: SandboxClient, number: str, full: bool, wanted: str | None) -> None:
    """Find a number at a window, and tell of the one thing that it leads to: its lists with reasons, a message with its
    findings; of several, which there are."""
    found = [
        one
        for one in sandbox.call("GET", "/find", query={"number": number})["matches"]
        if wanted is None or one["flow"] == wanted
    ]
    links = sorted({one["link"] for one in found if one["link"]})
    if len(links) != 1:
        call.give({"number": number, "matches": found})
        _choose(call, number, found)
        return
    told = sandbox.call("GET", links[0].removeprefix(PREFIX))
    if "declarations" in told and wanted is not None:
        told["declarations"] = [one for one in told["declarations"] if one["flow"] == wanted]
    call.give(told)
    if "declarations" in told:
        _order(call, told, full)
    else:
        _message(call, told)


def _choose(call: Call, number: str, found: Sequence[Mapping[str, Any]]) -> None:
    call.table(
        f"{number}: {len(found)}",
        ("what", "by", "number", "state"),
        [(one["what"], one["by"], one["label"], one.get(f"state_{call.language}", one["state"])) for one in found],
    )


def _order(call: Call, told: Mapping[str, Any], full: bool) -> None:
    for one in told["declarations"]:
        call.say(f"{one['flow']} {one['order_no']}: {one['state']} — {one[f'state_{call.language}']}")
        for name in ("invt_no", "pre_no", "cop_no", "logistics_no", "accepted_at", "released_at"):
            if one.get(name):
                call.say(f"  {name} {one[name]}")
        show_findings(call, [_reason(reason) for reason in one["reasons"]])
        if full and one.get("tax"):
            call.say("  " + " · ".join(f"{name} {value}" for name, value in one["tax"].items()))
    call.table(
        "",
        ("kind 单证", "key 主键", "state 状态", "appTime", "message 报文"),
        [
            (one["kind"], one["key"], one[f"state_{call.language}"], one["app_time"], one["message_id"])
            for one in told["documents"]
        ],
    )
    for number in sorted({part(one["message_id"]) for one in told["documents"]}) if full else ():
        call.say(f"  {PREFIX}/messages/{number}/body")


def _message(call: Call, told: Mapping[str, Any]) -> None:
    call.say(f"message {told['id']}: {told['type']}, {told['documents']} document(s), {told['size']} bytes")
    call.say(f"  from {told['sender'] or '?'} by {told['channel']}, {told['received_at']}: {told['state']}")
    show_findings(call, [Finding(**one) for one in told["findings"]])


def _reason(reason: Mapping[str, Any]) -> Finding:
    first: Mapping[str, Any] = next(iter(reason.get("fields") or ()), {})
    return Finding(
        reason["code"],
        reason["zh"],
        reason["en"],
        path=first.get("path", ""),
        line=first.get("line"),
        expected=reason.get("expected") or "",
        found=reason.get("found") or "",
        remedy_zh=reason.get("remedy_zh") or "",
        remedy_en=reason.get("remedy_en") or "",
    )
