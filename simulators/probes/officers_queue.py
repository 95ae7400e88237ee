"""The officers' queue: more cases than a page shows, all due at one instant. Its pages hold each of them once in every
order, by value and tax as the lists have them, and
after a snapshot is restored those that waited when it was taken; its clock, options and triggers are those of then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import urllib3

from simulators.entry.windows import SampleTrade, SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.changed_messages import changed
from simulators.probes.sending import now_of

MOMENT = "2026-11-24T08:00:00+08:00"
CASES = 53
"""Lists that wait: three more than a page shows."""
DECIDED = 4
"""Lists that are decided about after the snapshot."""
MOST_PAGES = 9
HALF, KINDS_OF_WORTH = 25, 5
"""After so many the clock goes on, for those that follow to have waited less; so many different freights there are."""
UNGUARANTEED, POOR = 6, "SMALL00001"
"""The last so many lists wait for another reason, with a tax and in another lane: their guarantee is short."""
UNGUARANTEED_LANE = "green"
LANES = ("inspection", "review", "green")
PLACED: Mapping[str, Callable[[Any], Any]] = {
    "due": lambda row: 0,
    "age": lambda row: row["accepted_at"],
    "value": lambda row: -Decimal(row["value"]),
    "tax": lambda row: -Decimal(row["value"]) if row["lane"] == UNGUARANTEED_LANE else 0,
    "risk": lambda row: LANES.index(row["lane"]),
}
"""Order of the queue → what a list is placed by, the first the least. Only where a tax is not guaranteed is there one
that waits, and it is in proportion to the value, for all goods are the same."""
_CASE = re.compile(r'<li data-row data-number="([^"]+)"')
_NEXT = re.compile(r'<a href="(/review\?[^"]*)" rel="next"')


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where officers must sign in."""
    with fresh_sandbox(client, "queue", "probes", MOMENT, under=under) as sandbox:
        if _listed(client, sandbox) is None:
            return
        now = now_of(sandbox)
        guarantee = {"assure_code": POOR, "name": "担保余额不足（模拟）", "amount": "0.01"}
        sandbox.import_master_data("guarantees", [guarantee])
        for number in range(CASES):
            trade = _of_worth(sample("import", f"queue {number}", now), number)
            if number < CASES - UNGUARANTEED:
                sandbox.submit(trade, X_Scenario="reviewed")
            else:
                sandbox.submit(replace(trade, messages=changed(trade.messages, "621", f"assureCode={POOR}"), now=now))
            if number == HALF:
                sandbox.clock.advance("1m")
        sandbox.settle()
        waiting = _numbers(sandbox, "in_review")
        yield from _complaints("the queue", _listed(client, sandbox) or [], waiting)
        yield from _orders(client, sandbox, waiting)
        snapshot = sandbox.control("POST", "/snapshots", json={"label": "queue"})
        kept = _kept(sandbox)
        for listed in sorted(waiting)[:DECIDED]:
            sandbox.decide(listed, "conclude", "相符")
        sandbox.settle()
        yield from _complaints(
            "the queue after decisions", _listed(client, sandbox) or [], _numbers(sandbox, "in_review")
        )
        _change_all(sandbox)
        sandbox.control("POST", f"/snapshots/{snapshot['id']}/restore")
        for name, value in _kept(sandbox).items():
            if value != kept[name]:
                yield f"after a snapshot is restored, its {name} is {value}, and was {kept[name]}"
        if _numbers(sandbox, "in_review") != waiting:
            yield "after a snapshot is restored, other lists wait than when it was taken"
        yield from _complaints("the queue after a snapshot is restored", _listed(client, sandbox) or [], waiting)


def _of_worth(trade: SampleTrade, number: int) -> SampleTrade:
    """A trade whose list has another freight than those sent before and after it; every few are worth the same."""
    freight = f"{number * 7 % KINDS_OF_WORTH}.00"
    changes = f"freight={freight};311.freight={freight};311.discount={freight}"
    return replace(trade, messages=changed(trade.messages, "621", changes))


def _orders(client: WindowClient, sandbox: SandboxClient, waiting: set[str]) -> Iterator[str]:
    """The pages in each order: each case once, in the order of what the lists themselves say."""
    rows = sandbox.call("GET", "/declarations", query={"state": "in_review", "limit": 100})["declarations"]
    lists = {str(row["invt_no"]): row for row in rows}
    for name, placed in PLACED.items():
        listed = _listed(client, sandbox, name) or []
        yield from _complaints(f"the queue by {name}", listed, waiting)
        places = [placed(lists[number]) for number in listed if number in lists]
        if places != sorted(places):
            yield f"the queue by {name} is in another order"


def _kept(sandbox: SandboxClient) -> dict[str, str]:
    """The clock, options and triggers, which a snapshot keeps besides the contents."""
    clock = sandbox.clock.show()
    triggers = sandbox.control("GET", "/triggers")["triggers"]
    return {"clock": f"{clock.mode} {clock.now}", "options": str(sandbox.options()), "triggers": str(len(triggers))}


def _change_all(sandbox: SandboxClient) -> None:
    """Change everything that a snapshot keeps besides the contents."""
    options = sandbox.options()
    sandbox.options(inspection=not options["inspection"], open=not options["open"], rounding="P2")
    sandbox.force("rejected")
    sandbox.clock.advance("1h")


def _numbers(sandbox: SandboxClient, state: str) -> set[str]:
    """The numbers of the lists in a state."""
    answer = sandbox.call("GET", "/declarations", query={"state": state, "limit": 100})
    return {str(row["invt_no"]) for row in answer["declarations"]}


def _listed(client: WindowClient, sandbox: SandboxClient, order: str = "") -> list[str] | None:
    """The numbers of the lists on all pages of the queue in an order (empty: those due first); None where the page asks
    for a sign-in."""
    path, listed = f"/review?sandbox={sandbox.name}&sort={order}", list[str]()
    with urllib3.PoolManager() as pool:
        for _ in range(MOST_PAGES):
            answer = pool.request("GET", client.url + path, headers={"Accept-Language": "en"}, timeout=60)
            if answer.status != 200 or urlsplit(answer.url or path).path != "/review":
                return None
            page = answer.data.decode()
            listed += _CASE.findall(page)
            if not (following := _NEXT.search(page)):
                break
            path = unescape(following[1])
    return listed


def _complaints(where: str, listed: list[str], waiting: set[str]) -> Iterator[str]:
    if missing := sorted(waiting - set(listed)):
        yield f"{where} leaves out {len(missing)} of {len(waiting)} lists that wait, such as {missing[0]}"
    if more := sorted(set(listed) - waiting):
        yield f"{where} holds {len(more)} lists that do not wait, such as {more[0]}"
    if len(listed) != len(set(listed)):
        yield f"{where} holds {len(listed) - len(set(listed))} lists twice"
