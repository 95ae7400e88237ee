"""Plays a seed: makes the installation, lets the traffic come, watches, and says what was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from structlog.testing import capture_logs

from gateways.circumstances import Options
from simulators.draws import Draws
from simulators.imports.trade import ImportTrade
from single_window import clock
from single_window.store import sandboxes
from single_window.store.engine import writing
from tests.databases import write_by
from tests.simulation import agencies, oversight, processes, quay, traffic, weather
from tests.simulation.machine import MORNING, Machine, Trace
from tests.simulation.outcomes import Met, Outcomes, differences, known_of, met, outcomes, played_plainly
from tests.simulation.processes import Opens, Process, Role, open_window
from tests.simulation.schedule import Schedule
from tests.simulation.site import SANDBOX, Site, none
from tests.simulation.storylines import Known, Sending
from tests.simulation.traffic import Play
from tests.simulation.watch import Broken, Watch
from tests.simulation.weather import Sky, Weather

CALM, WILD = "calm", "wild"
"""Calm: the sandbox's clock stands while anything is left to do, so the end must be that of the plain play.
Wild: time runs on through everything, and acts begin while the one before is not over."""
SHARED = 8
"""Calm seeds in a row that have the same traffic."""
LAST = 40
"""Lines of the trace that a failure shows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a seed decides before the first step."""

    seed: int
    mode: str
    play: Play
    crew: tuple[Role, ...]
    weather: Weather
    options: Options
    batch: int = 2_048
    attempts: int = 5
    shared: bool = True


def planned(seed: int, mode: str) -> Plan:
    """The plan of a seed. Some calm seeds in a row share their traffic, since it must be played plainly too."""
    play, options = _traffic(mode, seed // SHARED if mode == CALM else seed)
    dice = Draws("installation", mode, seed)
    if dice.below(6) == 0:
        return Plan(seed, mode, play, tuple(processes.CROWD), weather.CROWDED, options, batch=1)
    crew, drawn = tuple(processes.crew(dice)), weather.drawn(dice)
    return Plan(
        seed,
        mode,
        play,
        crew,
        drawn,
        options,
        dice.one_of((1, 1, 4, 2_048)),
        dice.one_of((1, 2, 5)),
        shared=len(crew) > 1 or bool(dice.below(2)),
    )


def _traffic(mode: str, number: int) -> tuple[Play, Options]:
    dice = Draws("traffic", mode, number)
    options = Options(
        inspection=bool(dice.below(2)),
        automatic_officer=bool(dice.below(2)),
        await_arrival=not dice.below(5),
        open=bool(dice.below(5)),
        guarantee_short=dice.one_of(("review", "review", "reject")),
    )
    beside = quay.drawn(Draws("quay", mode, number))
    play = replace(traffic.drawn(dice, races=mode == WILD), quay=beside)
    options = msgspec.structs.replace(options, **beside.options)
    overseen = replace(play, oversight=oversight.drawn(Draws("oversight", mode, number)))
    if overseen.oversight != oversight.NONE:  # a sample that is decided about while its lot is recalled would be a race
        return overseen, options
    return replace(overseen, afterwards=agencies.drawn(Draws("agencies", mode, number), play.trades)), options


@lru_cache(maxsize=4)
def _plain_outcomes(number: int) -> Outcomes:
    return played_plainly(site("plain"), *_traffic(CALM, number))


class Failure(AssertionError):
    """An invariant broke. The text says which, what went before, and how to see it again."""

    def __init__(self, plan: Plan, broken: Broken, trace: Trace) -> None:
        lines = "\n".join(trace.lines[-LAST:])
        super().__init__(
            f"seed {plan.seed} ({plan.mode}) broke {broken}\n\n…\n{lines}\n\nPlay it again with: {command(plan)}"
        )
        self.invariant, self.plan, self.trace = broken.invariant, plan, trace


def command(plan: Plan) -> str:
    """What plays just this seed again."""
    return f"python -m tests.simulation --{plan.mode} --seed {plan.seed}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a seed came to: the trace and its digest, deaths, turns, checks of invariants, and what it met."""

    trace: Trace
    digest: str
    deaths: int
    turns: int
    checks: int
    met: Met


@cache
def site(name: str) -> Site:
    """The site of this name: one for each process that plays."""
    return Site(name)


def simulate(seed: int, mode: str = CALM, opens: Opens = open_window, **otherwise: Any) -> Result:
    """Play a seed; raises `Failure`. `opens` may open windows that are not as they should be, `otherwise` are parts of
    the plan that are to be other than the seed says."""
    plan = replace(planned(seed, mode), **otherwise)
    machine = Machine()
    trace = Trace(machine)
    expected = _plain_outcomes(seed // SHARED) if mode == CALM else None
    place = site("window")
    place.fresh()
    with clock.timed_by(machine), capture_logs():
        looking = place.looking()
        stage = _Stage(plan, place, machine, trace, Watch(looking), opens)
        try:
            stage.run()
            actual = outcomes(looking)
            if expected is not None and (other := list(differences(expected, actual))):
                raise Broken("TheOutcomesAreThoseOfThePlainPlay", other)
        except Broken as broken:
            raise Failure(plan, broken, trace) from None
        finally:
            place.troubles = none
            looking.close()
    end = blake2b(f"{trace.digest}{sorted(map(repr, actual.items()))}".encode(), digest_size=16).hexdigest()
    return Result(trace, end, stage.schedule.deaths, stage.schedule.turns, stage.watch.checked, met(actual))


class _Stage:
    """One run of one plan."""

    def __init__(self, plan: Plan, place: Site, machine: Machine, trace: Trace, watch: Watch, opens: Opens) -> None:
        self._plan, self._place, self._machine, self.watch = plan, place, machine, watch
        self._now = MORNING
        settings = replace(place.settings(), batch=plan.batch, attempts=plan.attempts)
        dice = Draws("schedule", plan.mode, plan.seed)
        sky = Sky(dice, machine, plan.weather)
        self.schedule = Schedule(
            dice,
            machine,
            trace,
            sky,
            watch,
            machine.now if plan.mode == WILD else lambda: self._now,
        )
        for place_in_crew, role in enumerate(plan.crew):
            name = f"{role.name}-{1 + plan.crew[:place_in_crew].count(role)}"
            self.schedule.processes.append(
                Process(name, role, place, plan.shared, settings, opens, self.schedule.reach)
            )
        with writing(place.engine) as connection:
            sandboxes.set_options(connection, SANDBOX, plan.options)
            if plan.mode == WILD:
                sandboxes.set_clock(connection, SANDBOX, MORNING, rate=Decimal(1))
        place.troubles = self.schedule.trouble

    def run(self) -> None:
        """All acts, with the time between them."""
        for number, (sendings, pause) in enumerate(self._plan.play.acts(self._look_up, self._waiting), 1):
            self.schedule.mail.waiting += sendings
            self.schedule.play(f"{number}: {len(sendings)} sendings", at_rest=self._plan.mode == CALM)
            self._pass(pause)
        if self._plan.mode == WILD:
            self.schedule.play("rest")
        self.watch.audit()
        self._check_acknowledged()

    def _look_up(self, trade: ImportTrade) -> Known:
        return known_of(self.watch.looking, trade)

    def _waiting(self) -> list[Sending]:
        return oversight.dealt_with(self.watch.looking, self._machine.now() if self._plan.mode == WILD else self._now)

    def _pass(self, pause: int) -> None:
        """Time passes: in calm seeds the sandbox's, from deadline to deadline, each time until all is done."""
        if self._plan.mode == WILD:
            self._machine.let_pass(pause)
            return
        until = self._now + pause
        while self._now < until:
            due = self.watch.next_due
            self._now = until if due is None else min(until, max(due, self._now))
            write_by(self._place.engine, sandboxes.set_clock, SANDBOX, self._now)
            self.watch.check()
            if due is not None and due <= self._now:
                self.schedule.play("a deadline")

    def _check_acknowledged(self) -> None:
        """Whatever was answered with 202 is kept under its id, and was dealt with."""
        known = dict(self.watch.looking.execute("SELECT id, state FROM message").fetchall())
        lost = [
            f"{sent.label} was answered with {answer.id}, which is {known.get(answer.id)}"
            for sent, answer in self.schedule.mail.acknowledged
            if answer.status == 202 and known.get(answer.id) not in {"read", "invalid"}
        ]
        if lost:
            raise Broken("WhatIsAcknowledgedIsDealtWith", lost)
