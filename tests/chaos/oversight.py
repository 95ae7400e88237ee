"""What agencies do during a run, injured or not: a plan of spot checks, fined merchants, and officers who decide.

The plan draws every line of some goods, so it draws the same whatever its secret is: the reference tells what comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from simulators.entry import SandboxSession
from simulators.imports.day import ImportDay
from simulators.receipt_log import ReceiptLog
from simulators.world import World

Call = Callable[[str, str, dict[str, Any] | None], Any]
"""Calls the window: method, path below /api/v1, body; gives the answer, refused or not."""
CHAPTERS = 5
FINED = 2
"""Chapters of the tariff whose goods are drawn, and merchants that are fined."""
FIELDS = "company,agency,event_no,kind,degree,occurred,decided,final,amount"
WAITING = {
    ("spot_check", "/spot-checks", "samples", "sample_no"): {"unqualified": "warn", "overdue": "close_check"},
    ("credit_case", "/credit/cases", "cases", "case_no"): {"proposed": "notify", "unopposed": "uphold"},
}
"""(subject, path, name of the rows, of their numbers) → state → what officers do then."""
PAGE = 100


def begin(quiet: SandboxSession, world: World) -> None:
    """Open the plan and tell credit of fines, before anybody trades."""
    client, day = quiet.client, quiet.day.isoformat()
    quiet.set_options(open_desks=True)
    goods = ",".join(sorted({good.hs10[:2] for good in world.goods})[:CHAPTERS])
    change = {"action": "change", "reason": "演练", "amount": "0.5", "since": day}
    client.call("POST", "/cases/parameter/spot_checks.failure/decisions", json=change)
    opens = {"action": "open_plan", "values": {"plan": f"title=演练; goods={goods}; rate=1; days=20"}}
    client.call("POST", "/cases/spot_check/decisions", json=opens)
    rows = [f"{merchant.code},customs,{merchant.code},103,G,{day},{day},{day},2000000" for merchant in world.merchants]
    client.import_master_data("credit_events", "\n".join((FIELDS, *rows[:FINED])) + "\n")
    quiet.settle()


@dataclass(slots=True)
class OverseenDay(ImportDay):
    """A day of imports whose officers decide, each night, about samples and credit cases."""

    call: Call = field(kw_only=True)
    settled: Callable[[], object] = field(kw_only=True)
    title: ClassVar[str] = "the nights that follow, with spot checks and credit"

    def play_night(self, night: int, receipt_log: ReceiptLog) -> None:
        for (subject, path, rows, number), acts in WAITING.items():
            for state, action in acts.items():
                found = self.call("GET", f"{path}?state={state}&limit={PAGE}", None)[rows]
                for row in sorted(found, key=lambda row: str(row[number])):
                    decision = {"action": action, "reason": "演练"}
                    self.call("POST", f"/cases/{subject}/{row[number]}/decisions", decision)
        self.settled()
        ImportDay.play_night(self, night, receipt_log)


def met(call: Call) -> dict[str, int]:
    """How many samples and credit cases a sandbox has, by state, at most a page of each."""
    counts: dict[str, int] = {}
    for subject, path, rows, _ in WAITING:
        for row in call("GET", f"{path}?limit={PAGE}", None)[rows]:
            name = f"{subject} {row['state']}"
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
