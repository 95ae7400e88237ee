"""One run: a day of trades over HTTP, played while the window is injured, and then audited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from simulators.demo import UNSIGNED
from simulators.entry import open_sandbox, settings_for
from simulators.entry.reports import WRONG, ReportedFinding
from simulators.entry.sending import ACCEPTED
from simulators.imports.trade import CODES, ImportTrade
from simulators.imports.traffic import trades
from simulators.messages import SyntheticMessage, mixed_messages
from simulators.played_day import ProgressDisplay
from simulators.world import World
from tests.audit.auditing import Audit, audit
from tests.audit.evidence import Evidence
from tests.audit.journal import Journal
from tests.audit.polling import GivenUp
from tests.chaos import oversight, poison
from tests.chaos.injurer import Injurer
from tests.chaos.participants import Participants
from tests.chaos.plan import InjuryReport
from tests.chaos.programs import until
from tests.chaos.site import SANDBOX, Scenario, Site

STARTING = 60.0
LEAD = 40
"""What was sent is ahead of what was answered by one in so many documents at most: most injuries meet both."""
BY_ANSWERS = 0.3
"""Which part of a run's progress is messages answered; the rest is receipts fetched."""


@dataclass(slots=True)
class Result:
    """What a run came to."""

    scenario: Scenario
    audit: Audit
    injuries: Sequence[InjuryReport]
    kills: Counter[str]
    answers: Counter[int]
    """Attempts to send by HTTP status; 0: the connection was lost."""
    brought: Counter[str] = field(default_factory=Counter)
    """Messages of receipts that came by themselves, by way."""
    exits: Counter[str] = field(default_factory=Counter)
    left_out: Sequence[str] = ()
    seconds: float = 0.0
    misled: int = 0
    """Posts that hostile receivers of webhooks got."""
    met: Mapping[str, int] = field(default_factory=dict)
    """Samples and credit cases by state."""

    @property
    def ok(self) -> bool:
        """Whether nothing was lost, doubled or wrong."""
        return self.audit.clean


class Run:
    """One run in a folder; `show` follows the day, `report` is called with each injury, `log` with other lines."""

    def __init__(
        self,
        scenario: Scenario,
        folder: Path,
        show: ProgressDisplay,
        report: Callable[[InjuryReport], None],
        log: Callable[[str], None],
    ) -> None:
        self.scenario, self._folder, self._show, self._report, self._log = scenario, folder, show, report, log
        self._world = World(scenario.seed)
        self._trades = list(trades(self._world, scenario.trades, seed=scenario.seed, day=scenario.day))
        self._waves = list(mixed_messages(self._trades, scenario.seed))
        self._journal, self._answers = Journal(), Counter[int]()
        self._lead = max(100, scenario.trades * len(CODES) // LEAD)
        self._begun = monotonic()
        self._met: Mapping[str, int] = {}

    def play(self) -> Result:
        """Play it to its end and audit it. Raises `Missing`, and `GivenUp` where the window does not come to rest."""
        self._log(f"The same day in a quiet window, for reference: {len(self._trades)} trades.")
        reference = self._reference()
        expected = sum(reference.counts.values())
        self._log(f"{expected} receipts must come. Starting {self.scenario.name}.")
        with Site(self.scenario, self._folder, self._world) as site:
            drops = len(self._waves) // poison.SHARE + 1
            with Participants(site, self._journal, self._answered, self._lead, drops) as remote:
                site.crew.start()
                until(lambda: self._answers_at(remote), STARTING, f"nobody answers at {site.url}")
                injurer = self._injured(site, remote, expected)
                self._show.begin("checking what is kept", 1)
                remote.wait_until_all_is_answered()
                remote.wait_until_all_is_brought()
                met = oversight.met(remote.call)
                differences = list(self._differences(remote, met))
                remote.look_up()
                remote.fetch_again()
                left_over = list(self._left_over(remote))
            exits, left = site.crew.exits, list(_left_behind(site.crew.stop()))
        audit_result = audit(self._trades, self._journal, reference)
        audit_result = audit_result._replace(findings=(*left_over, *left, *differences, *audit_result.findings))
        return Result(
            self.scenario,
            audit_result,
            injurer.done,
            injurer.kills,
            self._answers,
            Counter(message.way for message in self._journal.brought),
            exits,
            site.left_out,
            round(monotonic() - self._begun, 1),
            remote.misled,
            met,
        )

    def _differences(self, remote: Participants, met: Mapping[str, int]) -> Iterator[ReportedFinding]:
        """What the window's own audit finds, and samples and cases that are not those of the quiet window."""
        for ledger in remote.call("GET", "/audit", None)["ledgers"]:
            for wrong in ledger["differences"]:
                yield ReportedFinding(WRONG, f"audit of {ledger['name']}: {wrong}")
        if met != self._met:
            yield ReportedFinding(WRONG, f"samples and credit cases are {met}, in a quiet window {self._met}")

    def _reference(self) -> Evidence:
        """What the same trades lead to in one quiet process."""
        evidence = Evidence(self._trades)
        settings = settings_for(self._folder / "reference", database="", broker="", synchronous="NORMAL", readers=0)
        with open_sandbox(settings, SANDBOX, self._world, UNSIGNED, self.scenario.day) as quiet:
            oversight.begin(quiet, self._world)

            def call(method: str, path: str, body: dict[str, Any] | None) -> Any:
                return quiet.client.call(method, path, json=body)

            quietly = {"call": call, "settled": quiet.settle, "nights": self.scenario.nights}
            oversight.OverseenDay(quiet, self._world, self._trades, 100, **quietly).play(evidence)
            self._met = oversight.met(call)
        return evidence

    def _injured(self, site: Site, remote: Participants, expected: int) -> Injurer:
        """Play the day while everything is done to the window; afterwards it is whole again and at rest."""

        def progress() -> float:
            answered = self._answers[ACCEPTED] / len(self._waves)
            return BY_ANSWERS * min(1.0, answered) + (1 - BY_ANSWERS) * remote.received / expected

        with ExitStack() as closing:
            injurer = Injurer(site, progress, self._report, self._begun, remote.give_up).start()
            closing.callback(injurer.stop)
            day = oversight.OverseenDay(
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
            )
            try:
                day.play()
            except GivenUp as given_up:
                raise injurer.failure or given_up from None
            injurer.finish()
        site.heal()
        for _ in remote.settling():
            pass
        remote.skip(self._world.mailboxes())
        return injurer

    def _pack(self, of_the_day: Sequence[ImportTrade]) -> Sequence[SyntheticMessage]:
        return self._waves

    def _answered(self, status: int) -> None:
        self._answers[status] += 1

    @staticmethod
    def _answers_at(remote: Participants) -> bool:
        return remote.look("/api/v1/state").status == 200

    @staticmethod
    def _left_over(remote: Participants) -> Iterator[ReportedFinding]:
        if count := remote.parked:
            yield ReportedFinding(WRONG, f"{count} deliveries are parked; see: single-window parked list")
        if remote.forged:
            yield ReportedFinding(WRONG, f"{remote.forged} webhooks were not signed with their secret")


def _left_behind(left: dict[str, int]) -> Iterator[ReportedFinding]:
    for name, count in left.items():
        yield ReportedFinding(WRONG, f"{count} processes of {name} did not end when they were asked to")
