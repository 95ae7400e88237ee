"""Measures the officers' pages with a million lists in the database, for one officer and for twenty at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.cookiejar import CookieJar
from itertools import count as counted
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from simulators.bench.measures import OPTIONS, BenchMeasure, BenchResult
from simulators.entry import SandboxSession, monotonic, open_sandbox, settings_for
from simulators.entry.shown import logins, serve_on_free_port
from simulators.errors import SimulatorError
from simulators.imports.day import ImportDay
from simulators.imports.traffic import trades
from simulators.machine import MemoryPeak, processor_use
from simulators.world import World
from tools.bench.copied_cases import file_copies
from tools.bench.temporary_services import on_database, tidy

SANDBOX = "console"
WAITING = 12_000
LOOKS, TAKES, OFFICERS = 100, 100, 20
"""Requests per page, cases that one officer takes, and officers working at once."""
PATIENCE = 60
"""Request timeout in seconds."""
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def fetch_page(opener: OpenerDirector, request: str | Request) -> tuple[str, str]:
    """Request a page and follow redirects; gives the final address and the page. Raises `SimulatorError` where it
    is refused.

    A 503 with Retry-After is tried again as often as that takes; the retries count as part of the time.
    """
    end = monotonic() + PATIENCE
    while True:
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return str(answer.url), answer.read().decode()
        except HTTPError as refused:
            later = refused.headers.get("Retry-After")
            if refused.code != HTTPStatus.SERVICE_UNAVAILABLE or later is None or monotonic() > end:
                raise SimulatorError(f"{refused.url} was answered with {refused.code}") from None
            Event().wait(int(later))


class BrowserOfficer:
    """A signed-in officer, who calls the console over HTTP like a browser."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._url, self._opener = url, build_opener(HTTPCookieProcessor(CookieJar()))
        self._token = self._form(self.get("/sign-in"))
        self.post("/sign-in", name=name, password=password)
        self._token = self._form(self.get("/review"))

    def get(self, path: str, **query: object) -> str:
        """A page of the sandbox."""
        query_text = urlencode({"sandbox": SANDBOX, **query})
        return fetch_page(self._opener, f"{self._url}{path}?{query_text}")[1]

    def post(self, path: str, **form: str) -> str:
        """Submit a form; gives the address it redirects to."""
        body = urlencode({"csrf_token": self._token, **form}).encode()
        return fetch_page(self._opener, Request(f"{self._url}{path}?sandbox={SANDBOX}", body))[0]

    def _form(self, page: str) -> str:
        match = _TOKEN.search(page)
        if match is None:
            raise SimulatorError("a page without a form: nobody is signed in")
        return match.group(1)


def console(folder: Path, count: int, database: str = "") -> BenchResult:
    """So many lists, of which twelve thousand wait: queue, next case, case, search and day, then twenty officers.
    `database`: where PostgreSQL is, by default SQLite in the folder."""
    with TemporaryDirectory(dir=folder) as data, on_database(database) as (address, version):
        settings = settings_for(Path(data), database=address, synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, World(1), OPTIONS) as session:
            prepared = monotonic()
            fill(session, count)
            if address:
                tidy(address)
            seconds = monotonic() - prepared
            with serve_on_free_port(session) as (url, _), MemoryPeak() as peak:
                before, begun = processor_use(), monotonic()
                times = _measure(session, url)
                cpu, took = processor_use().since(before), monotonic() - begun
    return BenchResult(
        times["queue_ms"],
        count,
        round(took, 3),
        1.0,
        cpu.own,
        cpu.others,
        {
            **times,
            "waiting": WAITING,
            "memory_mb": peak.highest,
            "preparation_seconds": round(seconds, 1),
            "engines": {"postgresql": version} if version else {},
        },
    )


def fill(session: SandboxSession, count: int, waiting: int = WAITING) -> None:
    """Play a few imports, and store so many copies of one, `waiting` of them in review."""
    day = list(trades(World(1), 20, seed=1, day=session.day, only=()))
    ImportDay(session, World(1), day, 20, nights=()).play()
    file_copies(session.window, session.sandbox, count, waiting)


def _measure(session: SandboxSession, url: str) -> dict[str, float]:
    name, password = next((name, password) for role, name, password in logins(session) if role == "reviewer")
    officer, places = BrowserOfficer(url, name, password), counted(1)
    taken: list[str] = []
    seconds_of = {
        "queue_ms": _slowest(LOOKS, lambda: officer.get("/review")),
        "take_next_ms": _slowest(TAKES, lambda: taken.append(officer.post("/review/next"))),
        "case_ms": _slowest(LOOKS, lambda: officer.get(taken[0][len(url) :].partition("?")[0])),
        "search_ms": _slowest(LOOKS, lambda: officer.get("/review", words=f"Y{next(places) * 83:09d}")),
        "day_ms": _slowest(LOOKS, lambda: officer.get("/")),
    }
    officers = [BrowserOfficer(url, name, password) for _ in range(OFFICERS)]
    with ThreadPoolExecutor(OFFICERS) as pool:
        times = list(pool.map(lambda officer: _times(10, lambda: officer.get("/review")), officers))
    return {**seconds_of, "twenty_officers_ms": _p95([second for of in times for second in of])}


def _slowest(often: int, act: Callable[[], object]) -> float:
    return _p95(_times(often, act))


def _times(often: int, act: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(often):
        begun = monotonic()
        act()
        times.append(monotonic() - begun)
    return times


def _p95(seconds: Sequence[float]) -> float:
    """The 95th percentile in milliseconds."""
    return round(quantiles(seconds, n=20)[-1] * 1_000, 1)


CONSOLE_MEASURES: Sequence[BenchMeasure] = (
    BenchMeasure(
        "console",
        "ms",
        300,
        1_000_000,
        "p95 of the officers' queue beside so many lists, 12,000 of them waiting",
        console,
        higher_is_better=False,
        traffic="",
        on_database=True,
        limits={"take_next_ms": 100, "case_ms": 200, "search_ms": 300, "day_ms": 200, "twenty_officers_ms": 1_000},
    ),
)
