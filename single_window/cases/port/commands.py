"""`single-window port`: send interchanges, lines of time of containers, cases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from single_window.cases.port.answers import (
    PORT_KIND,
    PortBillOut,
    PortChargeOut,
    PortContainerOut,
    PortEventOut,
    PortParcelOut,
)
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import convert_answer, show_evidence
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import EXISTING_FILE, argument, option
from single_window.frame.commands.rows import CommandGroup
from single_window.frame.findings import FindingOut
from single_window.frame.typed import local
from single_window_client import SandboxClient
from single_window_client.calls import part

port = CommandGroup("port")
port.cases(PORT_KIND, "List cases, newest first.", ("", "--state open"))

_EVENT: Columns[PortEventOut] = (
    ("time 时间", lambda event: local(event.at)),
    ("terminal 码头", lambda event: f"{event.terminal_code} #{event.stay}" if event.stay else event.terminal_code),
    ("event 事件 (I)", lambda event: event.event),
    ("mark 标注", lambda event: event.mark),
    ("voyage 航次", lambda event: event.voyage_no),
    ("bill 提单", lambda event: event.bill_no),
    ("source 来源", lambda event: f"{event.source} (C)" if event.source else "TerminalEvent (I)"),
    ("recorded 登记", lambda event: local(event.recorded_at)),
)
_PARCEL: Columns[PortParcelOut] = (
    ("parcel 包裹", lambda parcel: parcel.logistics_no),
    ("list 清单", lambda parcel: parcel.invt_no),
    ("packing list 装箱单", lambda parcel: parcel.listed_in),
    ("release 放行", lambda parcel: parcel.state),
    ("loaded 装船", lambda parcel: "✓" if parcel.loaded else ""),
    ("told 已告知", lambda parcel: parcel.terminal_code),
)

_CHARGE: Columns[PortChargeOut] = (
    ("container 箱号", lambda charge: charge.container_no),
    ("charge 费目", lambda charge: charge.code),
    ("day 费率日", lambda charge: charge.day),
    ("quantity 数量", lambda charge: charge.quantity),
    ("price 单价", lambda charge: charge.price),
    ("amount 金额", lambda charge: charge.amount),
    ("by 依据", lambda charge: charge.parameter),
)


def _show_container(call: Call, found: PortContainerOut) -> None:
    if not found.stays:
        call.print_line("nothing is told of it 没有该箱的报告")
    call.records("", _EVENT, tuple(event for stay in found.stays for event in stay.events))
    call.records("", _PARCEL, found.parcels)


def _show_bill(call: Call, found: PortBillOut) -> None:
    call.records("", _CHARGE, found.charges)
    call.print_line(f"total 合计 {found.total} CNY")
    if found.unknown:
        call.print_line(f"type unknown 箱型不明: {', '.join(found.unknown)}")


_show = show_evidence(
    PORT_KIND, lambda case: f"{case.container_no} {case.voyage_no}", ("events", _EVENT), ("parcels", _PARCEL)
)
port.case(PORT_KIND, "NUMBER", "Show a case by its caseNo or id.", _show, ("GA202611210123456789",))
port.row(
    "container",
    "GET /port/containers/{number}",
    "Show the line of time of a container, and its parcels.",
    _show_container,
    examples=("QDXU1000015",),
)
port.row(
    "charges",
    "GET /port/charges/{number}",
    "Work out the port charges of a bill of lading, by the tariff of the day.",
    _show_bill,
    examples=("QDL26110001",),
)


@port.client(examples=("QDXU1000015", "QDXU1000015 --out release.edi"))
def release(
    call: Call,
    sandbox: SandboxClient,
    number: str,
    out: Path | None = option("Write here instead of to the terminal."),
) -> None:
    """Print what customs says of a container (number) as its terminal reads it in EDIFACT: CUSRES."""
    found = sandbox.caller.fetch(f"/port/containers/{part(number)}/release", headers={"X-Sandbox": sandbox.name})
    if out is not None:
        out.write_bytes(found)
    call.print_json({"container": number, "out": str(out) if out else None, "edifact": found.decode("latin-1")})
    call.print_line(f"{out}: {len(found)} bytes" if out is not None else found.decode("latin-1"))


@port.client(examples=("codeco.edi",))
def interchange(call: Call, sandbox: SandboxClient, file: Path = argument(type=EXISTING_FILE)) -> None:
    """Send an EDIFACT interchange of a terminal, line or railway; prints the CONTRL that answers it."""
    sent = {"body": file.read_bytes(), "headers": {"Content-Type": "application/EDIFACT"}}
    found = call.answered(sandbox.call("POST", "/port/interchanges", **sent))
    if not call.as_json:
        call.print_line(found["control"])
        call.print_line(f"{len(found['messages'])} message(s) filed, {found['unread']} container(s) unread")
        _show_findings(call, found)


@port.client(name="platform-file", examples=("packing-list.txt", "packing-list.txt --carrier 3702911ALX"))
def platform_file(
    call: Call,
    sandbox: SandboxClient,
    file: Path = argument(type=EXISTING_FILE),
    carrier: str = option("The carrier whose parcels its bills are [default: the file's sender].", default=""),
) -> None:
    """Send a platform file 平台文件: a packing list (COSTRP), or a manifest (IFCSUM)."""
    query = {"carrier": carrier} if carrier else {}
    found = call.answered(sandbox.call("POST", "/port/platform-files", body=file.read_bytes(), query=query))
    if not call.as_json:
        call.print_line(f"{found['type']}: {len(found['messages'])} message(s) filed, {found['unread']} ship(s) unread")
        _show_findings(call, found)


@port.client(examples=("MT2101.xml",))
def manifest(call: Call, sandbox: SandboxClient, file: Path = argument(type=EXISTING_FILE)) -> None:
    """Send a customs manifest of sea transport (MT2101, MT3101, MT4101, MT5102); prints customs' answer."""
    sent = {"body": file.read_bytes(), "headers": {"Content-Type": "application/xml"}}
    found = call.answered(sandbox.call("POST", "/port/manifests", **sent))
    if not call.as_json:
        call.print_line(found["response"])
        call.print_line(f"{len(found['messages'])} message(s) filed" + (", nothing noted" if found["unread"] else ""))
        _show_findings(call, found)


def _show_findings(call: Call, sent: Mapping[str, Any]) -> None:
    show_findings(call, convert_answer(sent["findings"], tuple[FindingOut, ...]))
