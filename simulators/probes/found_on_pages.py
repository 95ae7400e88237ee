"""Probes pages as an officer reads them: the lists that wait by a part of their company's name, and on the page of one
of them how many other lists its company has sent, and the first and last four characters of an identity number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html import unescape
from urllib.parse import urlencode, urlsplit

import urllib3

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.sending import now_of

MOMENT = "2026-11-24T08:00:00+08:00"
NAME, PART = "青岛寻得见电子商务有限公司", "寻得见"
LISTS = 3
"""Lists of one company that wait."""
FOUND, TIMEOUT_SECONDS = "/declarations", 90
_CASE = re.compile(r'<li data-row data-number="([^"]+)"')
_RECORD = re.compile(r'<section id="company">.*?<dd>(\d+)</dd>', re.DOTALL)


_MASKED = re.compile(r"(\w+)\*{4}(\w+)")
SHOWN = 4
"""Characters of an identity number that a page shows at each end."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where officers must sign in."""
    with fresh_sandbox(client, "found", "probes", MOMENT, under=under) as sandbox:
        now = now_of(sandbox)
        trades = [sample("import", f"found {number}", now) for number in range(LISTS)]
        for trade in trades:
            sandbox.submit(trade, X_Scenario="reviewed")
        sandbox.settle()
        rows = sandbox.call("GET", "/declarations", query={"state": "in_review"})["declarations"]
        lists = {str(row["invt_no"]) for row in rows}
        company = {"code": rows[0]["ebc_code"], "name": NAME, "kinds": "merchant"}
        sandbox.import_master_data("participants", [company])
        page = _page(client, sandbox, PART)
        if page is None:
            return
        if (found := set(_CASE.findall(page))) != lists:
            yield f"by a part of their company's name {len(found & lists)} of {LISTS} lists are found, of {len(found)}"
        one = _page(client, sandbox, min(lists)) or ""
        yield from _named(one, {trade.value("buyerIdNumber") for trade in trades})
        record = _RECORD.search(one)
        if record is None or int(record[1]) != LISTS - 1:
            yield f"the page of a list says that its company has {record and record[1]} others, not {LISTS - 1}"


def _named(page: str, numbers: Collection[str]) -> Iterator[str]:
    """The faults of identity numbers on the page of a list."""
    shown = _MASKED.findall(page)
    if not shown:
        yield "the page of a list masks no identity number"
    if any(number in page for number in numbers) or any(len(end) > SHOWN for ends in shown for end in ends):
        yield f"the page of a list shows more of an identity number than {SHOWN} characters at each end"


def _page(client: WindowClient, sandbox: SandboxClient, words: str) -> str | None:
    """The page to which a search for words leads; None where it asks for a sign-in."""
    path = f"{FOUND}?{urlencode({'sandbox': sandbox.name, 'number': words})}"
    with urllib3.PoolManager() as pool:
        answer = pool.request("GET", client.url + path, headers={"Accept-Language": "en"}, timeout=TIMEOUT_SECONDS)
    if answer.status != 200 or not urlsplit(answer.url or path).path.startswith(FOUND):
        return None
    return unescape(answer.data.decode())
