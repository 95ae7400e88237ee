"""The schedule: one thread in which the dice say who makes the next step, and who dies in the middle of it.

A process that stands between two of its actions, outside a transaction that writes, lets others make whole steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulators.draws import Draws
from tests.simulation.accidents import Accidents
from tests.simulation.machine import Machine, Trace
from tests.simulation.mail import Mail
from tests.simulation.processes import ALL, Process
from tests.simulation.site import REFUSE, Trouble
from tests.simulation.watch import Broken, Watch
from tests.simulation.weather import Died, Sky

DEPTH = 3
"""So many processes at most are in the middle of a step."""
MEANWHILE = 8
"""Turns of others, at most, while one process stands still; fewer while more do."""
ENOUGH = 160
"""Turns at most, after which the weather clears, so that a play comes to its end."""
TOO_MANY = 400
"""Turns in clear weather after which it is plain that it never will."""
LOOK = 500
"""Milliseconds within which a process does not look twice at a database that has not changed."""
HELD = frozenset({"before-commit", "begin", "commit"})
"""Points inside a transaction that writes: nobody else can go on there."""


class Stumbled(Exception):
    """A step fails for no reason that anybody knows of."""


class Schedule:
    """Lets processes make steps, one at a time, and looks at all invariants after each."""

    def __init__(
        self,
        dice: Draws,
        machine: Machine,
        trace: Trace,
        sky: Sky,
        watch: Watch,
        now: Callable[[], int],
    ) -> None:
        """`now` gives the sandbox's instant."""
        self._dice, self._machine, self._trace, self._sky = dice, machine, trace, sky
        self._watch, self._now = watch, now
        self._accidents = Accidents(dice, machine, sky, trace.note)
        self._stack: list[Process] = []
        self._looked: dict[str, tuple[int, int]] = {}
        self.mail = Mail(dice)
        self.processes: list[Process] = []
        self.deaths = self.turns = 0

    # what happens at the points that processes reach

    def reach(self, process: Process, point: str) -> None:
        """A process has come to a point between two of its actions: perhaps it dies, perhaps others go on."""
        if not self._stack or self._stack[-1] is not process:
            return
        if point != "looked":
            self._note(process, f"at {point}")
        self._die_perhaps(point)
        if point == "before-commit" and self._sky.strikes("stumble"):
            self._note(process, "stumbles")
            raise Stumbled
        if point not in HELD and len(self._stack) < DEPTH and self._sky.strikes("switch"):
            for _ in range(self._dice.between(1, MEANWHILE // len(self._stack))):
                if not self.turn():
                    break

    def trouble(self, moment: str) -> Trouble | None:
        """A transaction of whoever is at work begins or ends (`look`, `looked`: one that reads). What goes wrong?"""
        if not self._stack:
            return None
        if self._sky.database_down:
            return Trouble(REFUSE, "SQLITE_CANTOPEN")
        if moment == "looked":
            self.reach(self._stack[-1], moment)
        if moment not in HELD:
            return None
        self._die_perhaps(moment)
        trouble = self._accidents.of_a_transaction(moment)
        if trouble is not None:
            self._note(self._stack[-1], f"the database: {trouble.kind} {trouble.name}")
        return trouble

    def _die_perhaps(self, point: str) -> None:
        if self._sky.strikes("die"):
            raise Died(point)

    # turns

    def play(self, action: str, at_rest: bool = True) -> None:
        """Let everybody work on what was sent; `at_rest`: in the end in clear weather, until nothing is left to do."""
        self._trace.note("act", action)
        for _ in range(self._dice.between(5, ENOUGH)):
            if not self.turn():
                break
        if at_rest:
            self._sky.clear_up()
            self._come_to_rest()
            self._sky.cloud_over()

    def _come_to_rest(self) -> None:
        for _ in range(TOO_MANY):
            if self._watch.parked:
                self.mail.ask_again()
            if not self.turn() and self._rests:
                self._watch.check_rest()
                return
        raise Broken("ItComesToRest", [*map(str, self._watch.work), *[step.label for step in self.mail.waiting]])

    def turn(self) -> bool:
        """One process makes one step, or something happens to them; False: there is nothing for anybody to do now."""
        self.turns += 1
        self._machine.let_pass(self._dice.between(1, 25))
        if not self._stack:
            self._accidents.between_steps(self.processes, self._kill)
        willing = [process for process in self.processes if process not in self._stack and self._would(process)]
        if willing:
            self._step(self._dice.one_of(self._rivals(willing) or willing))
            return True
        return not self._stack and self._wait()

    def _rivals(self, willing: Sequence[Process]) -> list[Process]:
        """Half of the time, those who do the same work as whoever stands in the middle of it: they may collide."""
        if not self._stack or self._dice.below(2):
            return []
        mine = self._stack[-1].role
        return [
            process
            for process in willing
            if set(mine.consumes) & set(process.role.consumes) or (mine.tends and process.role.tends)
        ]

    def _step(self, process: Process) -> None:
        self._stack.append(process)
        try:
            if process.window is None:
                self._note(process, "is started")
                process.start()
            elif process.role.admits and self.mail.waiting:
                self._note(process, self.mail.deliver(process))
            else:
                self._note(process, process.look())
                self._looked[process.name] = self._seen
        except Died as point:
            self._kill(process, str(point))
        finally:
            self._stack.pop()
        self._watch.check()

    def _kill(self, process: Process, point: str) -> None:
        self.deaths += 1
        self._note(process, f"dies at {point}")
        process.die(self._machine.now() + self._dice.between(100, 5_000))

    def _note(self, process: Process, event: str) -> None:
        self._trace.note(process.name, event, self._stack.index(process) if process in self._stack else 0)

    # who has something to do

    def _would(self, process: Process) -> bool:
        """Whether a process may find something to do."""
        now = self._machine.now()
        if process.not_before > now:
            return False
        if process.window is None or (process.role.admits and self.mail.waiting):
            return True
        if self._looked.get(process.name) == self._seen:
            return False
        return self._ready(now, process.role.consumes) or (process.tends and self._due)

    @property
    def _seen(self) -> tuple[int, int]:
        """Changes when looking once more may be worth while."""
        return self._watch.checked, self._machine.now() // LOOK

    def _ready(self, now: int, queues: Sequence[str]) -> bool:
        return any(work.queue in queues and work.not_before <= now for work in self._watch.work)

    @property
    def _due(self) -> bool:
        return self._watch.next_due is not None and self._watch.next_due <= self._now()

    @property
    def _rests(self) -> bool:
        return not (self._watch.work or self._watch.parked or self.mail.waiting or self._due)

    def _wait(self) -> bool:
        """Nobody can do anything now: let time pass until somebody can. False: never, or nothing needs to be done."""
        now = self._machine.now()
        later = [instant for instant in self._instants(now) if instant > now]
        if not later or (self._rests and self._dice.below(2)):
            return False
        self._machine.let_pass(min(later) - now)
        return True

    def _instants(self, now: int) -> list[int]:
        """When something may be done again."""
        instants = [self._sky.database_down_until]
        instants += [process.not_before for process in self.processes]
        instants += [work.not_before for work in self._watch.work]
        if self._due or self._ready(now, ALL):
            instants.append(now + 1_000)  # everybody looks again
        return instants
