"""Reads what can be seen of a sandbox: the answers of all calls that list, of those to which their rows link, and the
pages that are reached by links from the first ones of the console.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import urllib3
from lxml import html

from simulators.entry.windows import SandboxClient, pause_of

API = "/api/v1"
TIMEOUT_SECONDS = 90
MOST_ATTEMPTS = 60
"""Attempts to get a view from a busy window, at the pauses that it names."""
MOST_OF_A_SHAPE = 8
"""Views of a shape that are read."""
FEW = {"/cases/proposal/…/decisions": 0, "/registrations/…": 2, "page /registrations/…": 2}
"""Views of a shape that every scenario has many of, always the same companies → how many are read; and one whose rows
are in the order of ids."""
NOT_OF_THE_SCENARIO = frozenset(
    {
        "/accounts",
        "/alerts",
        "/audit",
        "/decisions/chain",
        "/digest",
        "/digest/lines",
        "/faults",
        "/forex/rates",
        "/keys",
        "/master-data",
        "/openapi.json",
        "/parameters",
        "/payment-requests",
        "/quality/audit",
        "/rules",
        "/sandboxes",
        "/scenarios",
        "/schemas",
        "/state",
        "/state/standing",
    }
)
"""Calls whose answers say nothing of what was played, or tell of the machine, of other sandboxes, of secret keys, or of
platforms that are asked over the network, in the machine's time."""
FIRST_PAGES = ("/review", "/")
NOT_PAGES = (
    "/api/",
    "/docs",
    "/messages",
    "/metrics",
    "/openapi",
    "/parameters",
    "/payment-requests",
    "/rules",
    "/sign",
    "/static/",
    "/supervision/plots",
)
"""Where the paths of pages begin that say nothing of what was played, tell of the same, or that calls show as well."""
NUMBERED = re.compile(r"[^/]*\d[^/]*")
"""A part of a path with a number in it: a case, a company, a mailbox."""
_HTML = "text/html"
ONLY_POSTED = 405
"""The HTTP status of a link to a call that acts, such as the payment of a bill."""


class View(NamedTuple):
    """The content of a call or a page: its shape, which is its path without numbers, its address, HTTP status and
    content: parsed JSON, or text."""

    shape: str
    address: str
    status: int
    content: Any


class ViewReader:
    """Reads views of a sandbox of a window of this machine, as its operator does, over one pool of connections."""

    def __init__(self, sandbox: SandboxClient, pool: urllib3.PoolManager) -> None:
        self._sandbox, self._pool = sandbox, pool
        self._read = Counter[str]()

    def answers(self) -> Iterator[View]:
        """The answers of calls: lists first, then that to which their rows link, and every mailbox."""
        waiting = deque(self._lists())
        seen = set(waiting)
        while waiting:
            view = self._view(API + waiting.popleft())
            if view is None or view.status == ONLY_POSTED:
                continue
            yield view
            for path in _linked(view.content):
                if path not in seen:
                    seen.add(path)
                    waiting.append(path)

    def pages(self, language: str = "en") -> Iterator[View]:
        """The pages in a language that are reached by links, as whoever has not signed in reads them; each as it is
        without filters."""
        fixed = {"sandbox": self._sandbox.name, "lang": language}
        waiting, seen = deque(FIRST_PAGES), set[str]()
        while waiting:
            path = urlsplit(waiting.popleft()).path
            if path in seen or not path.startswith("/") or path.startswith(NOT_PAGES):
                continue
            seen.add(path)
            view = self._view(f"{path}?{urlencode(fixed)}")
            if view is None:
                continue
            yield view
            waiting.extend(link for link in _links(view.content) if not link.startswith("//"))

    def _lists(self) -> Iterator[str]:
        for path, calls in self._sandbox.call("GET", "/openapi.json")["paths"].items():
            needed = [each for each in calls.get("get", {}).get("parameters", ()) if each.get("required")]
            path = path.removeprefix(API)
            if "get" in calls and not needed and path not in NOT_OF_THE_SCENARIO:
                yield path

    def _view(self, address: str) -> View | None:
        """The view at an address of the window; nothing, if enough of its shape was read."""
        parts = urlsplit(address)
        shape = ("" if parts.path.startswith(API) else "page ") + NUMBERED.sub("…", parts.path.removeprefix(API))
        self._read[shape] += 1
        if self._read[shape] > FEW.get(shape, MOST_OF_A_SHAPE):
            return None
        answer = self._answer(address)
        text = answer.data.decode("utf-8", "replace")
        mime = answer.headers.get("Content-Type", "").partition(";")[0]
        if mime == "application/json":
            return View(shape, address, answer.status, json.loads(text))
        return View(shape, address, answer.status, text if mime == _HTML else answer.headers.get("Location", text))

    def _answer(self, address: str) -> urllib3.BaseHTTPResponse:
        """The answer at an address; asked for again while the window is busy."""
        for _ in range(MOST_ATTEMPTS):
            url = self._sandbox.caller.url + address
            answer = self._pool.request("GET", url, headers={"X-Sandbox": self._sandbox.name}, redirect=False)
            pause = pause_of(answer.status, answer.headers.get("Retry-After", ""))
            if not pause:
                break
            Event().wait(pause)
        return answer


def _linked(content: Any) -> Iterator[str]:
    """The paths of calls to which an answer links, and the polls of the mailboxes that it lists."""
    if isinstance(content, list):
        for each in content:
            yield from _linked(each)
    elif isinstance(content, Mapping):
        for name, value in content.items():
            if name == "links" and isinstance(value, Mapping):
                yield from (str(path).removeprefix(API) for path in value.values() if str(path).startswith(API))
            elif name == "mailbox" and "receipts" in content:
                yield f"/receipts?mailbox={value}"
            else:
                yield from _linked(value)


def _links(page: Any) -> Iterator[str]:
    if isinstance(page, str) and "<html" in page[:500]:
        hrefs = html.document_fromstring(page).xpath("//a/@href")
        yield from (str(where).partition("#")[0] for where in hrefs if not urlsplit(str(where)).netloc)
