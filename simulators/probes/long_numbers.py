"""A waybill number for which only the edition of 2018 has room, from the carrier to the summary: each receipt that
names it is given, whether in its head or in its lines."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.entry.windows import SampleTrade, SandboxClient

LONG = f"W{7:047}"
OLDER, CURRENT = "2018", "2022-05"
NAMING = {"505": "CEB506Message", "701": "CEB792Message"}
"""The receipts that name a waybill by its number: of the message whose sender gets them → their type."""


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    trade = sandbox.sample("export", "long number").changed("505", logisticsNo=LONG)
    trade = trade.changed("603", logisticsNo=LONG, statisticsFlag="B")
    _send(sandbox, trade, "303", CURRENT)
    for code in ("505", "603"):
        _send(sandbox, trade, code)
    for code in ("507", "509"):
        _send(sandbox, trade.further(code), code)
    [listed] = sandbox.state(trade).declarations
    summary = trade.further("701", invtNo=listed.invt_no)
    _send(sandbox, summary, "701")
    for code, kind in NAMING.items():
        box = (summary if code in summary.messages else trade).mailbox(code)
        if not any(kind in receipt.xml and LONG in receipt.xml for receipt in sandbox.receipts(box)):
            yield f"no {kind} names the long number of a waybill"


def _send(sandbox: SandboxClient, trade: SampleTrade, code: str, edition: str = OLDER) -> None:
    headers = {"Content-Type": "application/xml"}
    sandbox.call("POST", "/messages", query={"edition": edition}, body=trade.messages[code], headers=headers)
    sandbox.settle()
