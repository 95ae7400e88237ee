"""Limits of foreign exchange from both sides: a report of exactly the amount, and of a cent more (or less), each by a
company of its own. They stand in `exchange_limits.csv`, worked out from the circulars of SAFE."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, change_elements, sample
from simulators.probes.changed_messages import changed
from simulators.probes.sending import now_of

NONE = "none"
"""The class of a company that is not in the directory."""
ORDERED = "-OrderList[2];qty=1;price=9999999;totalPrice=9999999;goodsValue=9999999;freight=0"
REPORTED = "settlement=1;-ForexReportList[3];-ForexReportList[2];-entryNo"
"""An order of enough value, and a report of one leg."""


class ExchangeLimit(NamedTuple):
    """A limit: the code that a report above it gets, the class of the company, with its yearly quota behind a colon,
    the direction and the goods code of the report, and the amounts in US dollars that do not get the code and that
    do."""

    code: str
    firm: str
    direction: str
    kind: str
    spared: str
    earning: str


class _ExchangeTrial(NamedTuple):
    row: ExchangeLimit
    amount: str
    wanted: bool
    order: bytes
    report: bytes
    number: str


def table() -> Sequence[ExchangeLimit]:
    """All limits."""
    text = files(__package__).joinpath("exchange_limits.csv").read_text("utf-8")
    return [ExchangeLimit(**row) for row in csv.DictReader(text.splitlines())]


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    now = now_of(sandbox)
    tried = [
        _trial(sandbox, row, amount, wanted, f"3702{2 * place + wanted:06d}", now)
        for place, row in enumerate(table())
        for wanted, amount in ((False, row.spared), (True, row.earning))
        if amount
    ]
    sandbox.submit(*(each.order for each in tried))
    sandbox.settle()
    sandbox.submit(*(each.report for each in tried))
    sandbox.settle()
    for each in tried:
        codes = _codes(sandbox, each.number)
        if (each.row.code in codes) != each.wanted:
            about = f"{each.amount} dollars of a company {each.row.firm}, direction {each.row.direction}"
            yield f"{about}: {each.row.code} {'is missing' if each.wanted else 'is given'} ({' '.join(sorted(codes))})"


def _trial(
    sandbox: SandboxClient, row: ExchangeLimit, amount: str, wanted: bool, company: str, now: int
) -> _ExchangeTrial:
    group, _, quota = row.firm.partition(":")
    if group != NONE:
        entry = {"class": group, **({"quota": quota} if quota else {})}
        sandbox.call("PUT", f"/forex/enterprises/{company}", json=entry)
    about = f"exchange {row} {amount}"
    order = sample("303", about, now)
    trade = sample("ForexReport", about, now)
    own = f"transCode+orderNo={order.order_no};amount={amount};direction={row.direction};legKind={row.kind}"
    body = changed(trade.messages, "ForexReport", f"{REPORTED};{own}")["ForexReport"]
    ordered = change_elements(changed(order.messages, "303", ORDERED)["303"], {"ebcCode": company})
    reported = change_elements(body, {"ebcCode": company})
    return _ExchangeTrial(row, amount, wanted, ordered, reported, trade.value("copNo"))


def _codes(sandbox: SandboxClient, number: str) -> set[str]:
    """The codes of the findings about a report."""
    try:
        found = sandbox.call("GET", f"/forex/reports/{number}")
    except CallRefused as refused:
        return {str(refused.status)}
    return set(re.findall(r"\b21\d{3}\b", str(found)))
