"""The processes of a simulated installation: each has a window of its own, with its own numbers and memories.

A process does what `single_window.work.runtime` lets a real one do, and nothing that a kill could not interrupt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from simulators.draws import Draws
from single_window.accounts.people import OPERATOR
from single_window.clock import monotonic, system_now
from single_window.intake.admission import AdmissionAnswer
from single_window.message_limits import DUE_POLL_SECONDS, FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS
from single_window.messaging.topology import QUEUES
from single_window.messaging.wakeups import LocalWakeups, Wakeups
from single_window.settings import Settings
from single_window.wiring import Window
from single_window.work import parking
from tests.officers import act, named
from tests.simulation.site import SANDBOX, Site
from tests.simulation.storylines import REFUSALS, Deed, Retry, Task, Transmission

ALL = tuple(QUEUES)
TOGETHER = 5
"""Transmissions that a front end admits in one commit at most."""


class Role(NamedTuple):
    """What a process is for: whether participants reach it, which queues it works on, whether it watches the clock."""

    name: str
    admits: bool = False
    consumes: tuple[str, ...] = ()
    tends: bool = False


SERVE, DISPATCH, RUN = Role("serve", admits=True), Role("dispatch", tends=True), Role("run", True, ALL, True)
ROLES = (SERVE, DISPATCH, *[Role(queue, consumes=(queue,)) for queue in QUEUES], Role("all", consumes=ALL), RUN)

CROWD = (SERVE, SERVE, DISPATCH, *[Role("all", consumes=ALL)] * 3)
"""Several who do the same."""
Opens = Callable[[Settings, Wakeups, Callable[[str], None], Role, Site], Window]
Reach = Callable[["Process", str], None]


def open_window(settings: Settings, wakeups: Wakeups, fault: Callable[[str], None], role: Role, site: Site) -> Window:
    """A window as it is."""
    return Window(settings, wakeups, fault, role.consumes, role.tends, engine=site.engine)


def crew(dice: Draws) -> list[Role]:
    """Which processes an installation has: somebody for each task, and some tasks done by several."""
    if dice.below(5) == 0:
        return [RUN] * dice.between(1, 2)
    workers = [Role("all", consumes=ALL)] * dice.between(1, 3)
    if dice.below(3):
        workers = [Role(queue, consumes=(queue,)) for queue in QUEUES for _ in range(dice.between(1, 2))]
    return [*[SERVE] * dice.between(1, 2), *[DISPATCH] * dice.between(1, 3), *workers]


class Process:
    """One process. Dead, it has no window; the schedule brings it back."""

    def __init__(
        self, name: str, role: Role, site: Site, shared: bool, settings: Settings, opens: Opens, reach: Reach
    ) -> None:
        """`shared`: it counts with other processes on its database."""
        self.name, self.role = name, role
        self._site, self._shared, self._settings, self._opens, self._reach = site, shared, settings, opens, reach
        self.window: Window | None = None
        self.not_before = 0
        """The instant at which it is started again, or goes on after a failure."""
        self._pause = FIRST_PAUSE_SECONDS
        self._next_due = 0.0
        self._to_recover = False

    @property
    def tends(self) -> bool:
        """Whether it would look for what is due now."""
        return self.role.tends and monotonic() >= self._next_due

    def start(self) -> None:
        """Open a window, as a new process does; what fails here ends it again."""
        self._pause, self._next_due = FIRST_PAUSE_SECONDS, 0.0
        self.window = self._opens(
            self._settings,
            LocalWakeups(self._shared),
            lambda point: self._reach(self, point),
            self.role,
            self._site,
        )
        self._to_recover = True
        self.attempted("start", self._recover)

    def die(self, until: int) -> None:
        """It is gone, with all that it remembered."""
        self.window, self.not_before = None, until

    def look(self) -> str:
        """One look for work, as `Runtime` has it; gives what came of it."""
        assert self.window is not None
        window = self.window
        return self.attempted("step", lambda: self._pass(window))

    def _pass(self, window: Window) -> int:
        self._recover()
        if monotonic() >= self._next_due:
            window.tend()
            self._next_due = monotonic() + DUE_POLL_SECONDS
        return window.step()

    def attempted(self, name: str, step: Callable[[], object]) -> str:
        """Do something; after a failure wait longer and longer, and recover before anything else is done."""
        try:
            done = step()
        except Exception as error:
            self.not_before = system_now() + round(self._pause * 1_000)
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
            self._next_due = 0.0
            self._to_recover = True
            return f"{name} failed: {_text_of(error)}"
        self._pause = FIRST_PAUSE_SECONDS
        return f"{name} {done}"

    def _recover(self) -> None:
        """After a start and a failure, until it succeeds once."""
        assert self.window is not None
        if self._to_recover:
            self.window.recover()
            self._to_recover = False

    # what participants and officers send

    def admit(self, sendings: Sequence[Transmission]) -> list[AdmissionAnswer]:
        """Admit transmissions in one commit; raises what the window raises: then nobody has been answered."""
        assert self.window is not None
        bodies = [sending.body for sending in sendings]
        return [admission for group in self.window.receive(SANDBOX, bodies, "http") for admission in group]

    def carry_out(self, deed: Deed | Retry | Task) -> str:
        """File an officer's act, or do what an operator asks for; gives the answer."""
        assert self.window is not None
        if isinstance(deed, Retry):
            return f"sent again: {parking.retry(self.window, SANDBOX, None, OPERATOR)}"
        try:
            carry_out(self.window, deed)
        except REFUSALS as refusal:
            return f"refused: {type(refusal).__name__}"
        return "filed"


def carry_out(window: Window, deed: Deed | Task) -> None:
    """Do what an officer or somebody else does."""
    if isinstance(deed, Task):
        deed.do(window)
        return
    act(
        window,
        SANDBOX,
        deed.number,
        deed.action,
        reason="模拟",
        officer=named("simulation"),
        as_declared=True,
    )


def _text_of(error: Exception) -> str:
    """What an error says, without what differs from run to run."""
    if isinstance(error, SQLAlchemyError):
        return f"{type(error).__name__}: {str(getattr(error, 'orig', None) or error).splitlines()[0]}"
    return repr(error)[:200]
