"""One run: hostile requests are thrown at a window while a day of trades goes through it, and then it is audited."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from simulators.entry.reports import LOST, WRONG, ReportedFinding
from simulators.entry.sending import ApiConnection
from simulators.played_day import ProgressDisplay
from tests.audit.auditing import Audit
from tests.chaos.injurer import Injurer
from tests.chaos.oversight import OverseenDay
from tests.chaos.participants import Participants
from tests.chaos.programs import TookTooLong, until
from tests.chaos.running import Run
from tests.chaos.site import SANDBOX, Scenario, Site
from tests.hostile.attackers import Attackers, Thrown
from tests.hostile.calls import requests
from tests.hostile.memory import Watch
from tests.patience import PATIENCE

ROOM = 100
"""Megabytes that a window may hold more after the attack than before."""
WARMING = 500
"""Hostile requests before memory is looked at for the first time. With them a window that has only just begun loads
what refuses and explains, pages and their templates, and fills the caches of its database: it holds 95 MB when it
begins, 145 after 500 requests, 200 after 7,000 and the same after 20,000."""
PAGES = (
    "/",
    "/review",
    "/refunds",
    "/exchange",
    "/batches",
    "/summaries",
    "/parked",
    "/channels",
    "/trade/{number}",
    "/message/{id}",
    "/batches/{number}",
    "/refunds/{number}",
    "/nosuch/{number}",
    "/static/{name}",
    "/healthz",
    "/readyz",
    "/metrics",
)


@dataclass(slots=True)
class Result:
    """What a run came to: the audit of the trades, how hostile requests were answered, memory in megabytes."""

    scenario: Scenario
    audit: Audit
    thrown: Thrown
    before: int
    peak: int
    after: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether the trades came through, everything was answered, and memory came back."""
        return self.audit.clean


class HostileRun(Run):
    """One run in a folder, on one process (`single-window run`) or several; see `Run`."""

    def __init__(
        self, scenario: Scenario, folder: Path, show: ProgressDisplay, say: Callable[[str], None], count: int
    ) -> None:
        super().__init__(scenario, folder, show, lambda result: None, say)
        self._count = count
        self._warming = Thrown()
        self.thrown, self.before, self.peak, self.after = Thrown(), 0, 0, 0

    def attack(self) -> Result:
        """Play it to its end and audit it. Raises `Missing`, and `GivenUp` where the window does not come to rest."""
        begun = monotonic()
        audit = self.play().audit
        audit = audit._replace(findings=(*self.complaints(), *audit.findings))
        return Result(
            self.scenario, audit, self.thrown, self.before, self.peak, self.after, round(monotonic() - begun, 1)
        )

    def complaints(self) -> list[ReportedFinding]:
        """What went wrong with the attack itself, apart from the trades."""
        return list(self._complained())

    def _complained(self) -> Iterator[ReportedFinding]:
        if self.thrown.count < self._count:
            yield ReportedFinding(LOST, f"only {self.thrown.count} of {self._count} hostile requests were thrown")
        for words in (*self._warming.wrong, *self.thrown.wrong):
            yield ReportedFinding(WRONG, f"hostile request {words}")
        if self.after > self.before + ROOM:
            yield ReportedFinding(WRONG, f"{self.after} MB are held after the attack, {self.before} MB before it")

    def _injured(self, site: Site, remote: Participants, expected: int) -> Injurer:
        """Play the day under attack; nobody is killed. Gives an injurer that has done nothing."""
        program = site.crew.programs["run" if self.scenario.alone else "serve"]
        watch = Watch(program)
        self._warming = Attackers(site.url, requests(self.scenario.seed + 1, WARMING, paths(site.url))).start().finish()
        self.before = watch.now
        with ExitStack() as closing:
            closing.callback(watch.start().stop)
            attackers = Attackers(site.url, requests(self.scenario.seed, self._count, paths(site.url))).start()
            closing.callback(attackers.stop)
            OverseenDay(
                remote,
                self._world,
                self._trades,
                100,
                self._show,
                self.scenario.nights,
                pack=self._pack,
                on_send=self._journal.note,
                call=remote.call,
                settled=lambda: list(remote.settling()),
            ).play()
            self._log(f"The trades are through; {attackers.thrown.count} of {self._count} hostile requests are thrown.")
            self.thrown = attackers.finish()
            for _ in remote.settling():
                pass
            self.after = self._memory_back(watch)
        self.peak = watch.peak
        remote.skip(self._world.mailboxes())
        return Injurer(site, lambda: 1.0, self._report, self._begun, remote.give_up)

    def _memory_back(self, watch: Watch) -> int:
        """Megabytes held once they have come back; what is held when that takes too long."""
        try:
            until(lambda: watch.now <= self.before + ROOM, PATIENCE, "memory has not come back", pause=1.0)
        except TookTooLong as late:
            self._log(str(late))
        return watch.now


def paths(url: str) -> list[str]:
    """The paths that the window at this address says it has, and those of its pages."""
    described = json.loads(ApiConnection(url, SANDBOX).request("GET", "/api/v1/openapi.json").body)
    return sorted({re.sub(r"\{[^}]*\}", "{}", path) for path in (*described["paths"], *PAGES)})
