"""Trace codes that were copied: who opens the page of a code is counted, with the first and the last time; from the
number of look-ups that the law book names, the code of an item warns its buyers and its officers (`copied_codes.csv`),
while that of a lot, which is on all its items, never does. A lot that another company registers is noticed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3

from simulators.entry.windows import SandboxClient, WindowClient, change_elements, fresh_sandbox, sample
from simulators.probes.sending import now_of

MOMENT = "2026-12-16T12:00:00+08:00"
MERCHANTS = (("3702961003", "DXPENT0000000011"), ("3702960077", "DXPENT0000000077"))
"""Two merchants with their mailboxes; the sample of a batch is the first one's."""
TIMEOUT_SECONDS = 90
WARNING, ANOTHER = 'id="copied"', 'id="importers"'


class LookedUp(NamedTuple):
    """A code of the batch, 0 for that of its lot, how often it is looked up, and whether it counts as copied then."""

    serial: int
    looked_up: int
    copied: bool


def table() -> Sequence[LookedUp]:
    """All rows of the table."""
    text = files(__package__).joinpath("copied_codes.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return [LookedUp(int(row["serial"]), int(row["looked_up"]), row["copied"] == "Y") for row in rows]


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong."""
    with (
        fresh_sandbox(client, "copied", "probes", MOMENT, under=under) as sandbox,
        urllib3.PoolManager(retries=False, timeout=TIMEOUT_SECONDS) as pool,
    ):
        for code, box in MERCHANTS:
            row = {"code": code, "name": f"{code}（模拟）", "kinds": "merchant", "dxp_id": box}
            sandbox.import_master_data("participants", [row])
        batch = _registered(sandbox, *MERCHANTS[0])
        codes = {row["serial"]: row["code"] for row in _codes(sandbox, batch)}
        pages = {row.serial: _opened(client, pool, sandbox, codes[row.serial], row.looked_up) for row in table()}
        yield from _counted(sandbox, batch, pages)
        yield from _registered_twice(client, pool, sandbox, batch)


def _counted(sandbox: SandboxClient, batch: str, pages: Mapping[int, str]) -> Iterator[str]:
    told = {row["serial"]: row for row in _codes(sandbox, batch)}
    for row in table():
        shown, times = told[row.serial], f"the code of item {row.serial}, looked up {row.looked_up} times"
        if (shown["looked_up"], shown["copied"]) != (row.looked_up, row.copied):
            yield f"{times}, is told with {shown['looked_up']} look-ups, {'' if shown['copied'] else 'not '}copied"
        if (WARNING in pages[row.serial]) != row.copied:
            yield f"{times}: its buyer is {'not ' if row.copied else ''}warned"
        first, last = shown["first_looked_up"], shown["last_looked_up"]
        if (bool(first) and first < last) != (row.looked_up > 1):
            yield f"{times}: first at {first or 'never'}, last at {last or 'never'}"
    wanted = [row.serial for row in table() if row.copied]
    if (got := [row["serial"] for row in _codes(sandbox, batch, copied="true")]) != wanted:
        yield f"of the codes that were copied those of items {got} are listed, not {wanted}"
    if (count := sandbox.call("GET", f"/trace-batches/{batch}")["copied"]) != len(wanted):
        yield f"a batch with {len(wanted)} copied codes is told to have {count}"


def _registered_twice(
    client: WindowClient, pool: urllib3.PoolManager, sandbox: SandboxClient, batch: str
) -> Iterator[str]:
    """The same lot of a company's own, then of another company."""
    for (company, box), others in zip(MERCHANTS, (0, 1), strict=True):
        _registered(sandbox, company, box, copNo=f"TWICE{others}")
        if (told := sandbox.call("GET", f"/trace-batches/{batch}")["also_registered"]) != others:
            yield f"a lot that {others} other companies registered, too, is told with {told}"
        if (ANOTHER in _opened(client, pool, sandbox, batch, 1)) != bool(others):
            yield f"a lot that {others} other companies registered, too: its buyer is {'not ' if others else ''}told"


def _registered(sandbox: SandboxClient, company: str, box: str, **changes: str) -> str:
    """Register a batch of the sample's lot for a company; returns its number."""
    body = sample("TraceBatch", f"copied codes {company} {changes}", now_of(sandbox)).messages["TraceBatch"]
    told = {"ebcCode": company, "copCode": company, "dxpId": box, **changes}
    sandbox.submit(change_elements(body, told))
    sandbox.settle()
    return str(sandbox.call("GET", "/trace-batches", query={"merchant": company})["batches"][0]["batch_no"])


def _codes(sandbox: SandboxClient, batch: str, **query: str) -> Sequence[Mapping[str, Any]]:
    codes: Sequence[Mapping[str, Any]] = sandbox.call("GET", f"/trace-batches/{batch}/codes", query=query)["codes"]
    return codes


def _opened(client: WindowClient, pool: urllib3.PoolManager, sandbox: SandboxClient, code: str, times: int) -> str:
    """Open the page of a code so often, each time a minute later; returns the page as it is then."""
    address = f"{client.url}/trace/{code}?{urlencode({'sandbox': sandbox.name, 'lang': 'en'})}"
    page = ""
    for _ in range(times):
        sandbox.clock.advance("1m")
        page = pool.request("GET", address, headers={"Accept": "text/html"}).data.decode()
    return page
