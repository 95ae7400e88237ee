"""Carries a plan of injuries out while a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

from simulators.draws import Draws
from tests.chaos.acts import Acts
from tests.chaos.plan import Injury, InjuryReport, plan
from tests.chaos.site import Site


class Injurer:
    """Injures a site by plan while `progress` (0 to 1) goes on; `report` is called with each injury."""

    def __init__(
        self,
        site: Site,
        progress: Callable[[], float],
        report: Callable[[InjuryReport], None],
        begun: float,
        failed: Callable[[], None],
    ) -> None:
        """`failed` is called when an injury cannot be carried out: the run is worth nothing then."""
        self._progress, self._report, self._failed = progress, report, failed
        self.done: list[InjuryReport] = []
        self.failure: BaseException | None = None
        self._begun = begun
        self._stopping, self._hurry = Event(), Event()
        scenario = site.scenario
        self._acts = Acts(site, Draws(scenario.seed, "injurer"), self._stopping)
        self.plan = plan(scenario.seed, scenario.kills, self._acts.victims, list(self._acts.others))
        self._thread = Thread(target=self._run, name="injurer", daemon=True)

    @property
    def kills(self) -> Counter[str]:
        """How often which victim was killed so far; children count as their program."""
        return Counter(event.kind for event in self.done if event.kill)

    def start(self) -> Injurer:
        """Begin."""
        self._thread.start()
        return self

    def finish(self) -> None:
        """Do what is left of the plan at once, and raise what went wrong."""
        self._hurry.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def stop(self) -> None:
        """End after the injury in hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            for injury in self.plan:
                while self._progress() < injury.at and not self._hurry.is_set() and not self._stopping.wait(0.05):
                    pass
                if self._stopping.is_set():
                    return
                self._do(injury)
        except BaseException as error:
            self.failure = error
            self._failed()

    def _do(self, injury: Injury) -> None:
        begun, progress = monotonic(), self._progress()
        words = self._acts.kill(injury.target) if injury.kill else self._acts.others[injury.target]()
        event = InjuryReport(
            round(begun - self._begun, 1),
            round(progress, 3),
            injury.target,
            words,
            injury.kill,
            round(monotonic() - begun, 1),
        )
        self.done.append(event)
        self._report(event)
