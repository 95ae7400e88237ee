"""What can be done to a window and its engines; each act ends with the engine whole again, and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event

from simulators.draws import Draws
from single_window.store.damage import noted
from tests.chaos.site import Site
from tests.damaging import OverwrittenPage, tree_pages

BROKER, DATABASE = "the broker", "the database"


class Acts:
    """The acts that a site allows. `stopping` ends outages early."""

    def __init__(self, site: Site, draws: Draws, stopping: Event) -> None:
        self._site, self._draws, self._stopping = site, draws, stopping
        self.others = self._possible()
        """By name, all but kills."""

    @property
    def victims(self) -> list[str]:
        """Who may be killed."""
        engines = [
            name for name, engine in ((BROKER, self._site.rabbitmq), (DATABASE, self._site.postgresql)) if engine
        ]
        return [*self._site.crew.programs, *engines]

    def _possible(self) -> Mapping[str, Callable[[], str]]:
        site, acts = self._site, {}
        if site.rabbitmq is not None:
            acts |= {
                "restart broker": self._restart_broker,
                "cut broker": self._cut_broker,
                "fill broker": self._fill_broker,
            }
        if site.postgresql is not None:
            acts |= {"restart database": self._restart_database, "cut database": self._cut_database}
        if site.disk is not None or (site.postgresql is not None and site.postgresql.disk is not None):
            acts["fill database"] = self._fill_database
        if site.postgresql is None:
            acts["overwrite page"] = self._overwrite_page
        return acts

    def kill(self, victim: str) -> str:
        """Kill an engine, which comes back after an outage, or a program of the window; gives in words whom."""
        engine = {BROKER: self._site.rabbitmq, DATABASE: self._site.postgresql}.get(victim)
        if engine is None:
            return self._site.crew.kill(victim, self._draws)
        engine.kill()
        self._outage()
        engine.start()
        return victim

    def _restart_broker(self) -> str:
        assert self._site.rabbitmq is not None
        self._site.rabbitmq.restart()
        return "the broker restarted"

    def _cut_broker(self) -> str:
        assert self._site.rabbitmq is not None
        self._site.rabbitmq.cut()
        return "the broker's connections cut"

    def _fill_broker(self) -> str:
        assert self._site.rabbitmq is not None
        self._site.rabbitmq.fill()
        self._outage()
        self._site.rabbitmq.clear()
        return "the broker's disk full"

    def _restart_database(self) -> str:
        assert self._site.postgresql is not None
        self._site.postgresql.restart()
        return "the database restarted"

    def _cut_database(self) -> str:
        assert self._site.postgresql is not None
        self._site.postgresql.cut()
        return "the database's connections cut"

    def _fill_database(self) -> str:
        full = self._site.postgresql or self._site.disk
        assert full is not None
        full.fill()
        self._outage()
        full.clear()
        return "the database's disk full"

    def _overwrite_page(self) -> str:
        """A page of the file is garbage for a while, behind the window's back; then an operator puts the right one in
        its place while nobody works, says so where the window has noted the damage, and everything starts again."""
        file = self._site.data / "window.sqlite3"
        with self._frozen():
            page = OverwrittenPage(file, self._draws.one_of(tree_pages(file)))
        self._outage()
        with self._frozen(), self._site.crew.down():
            page.restore()
            if met := bool(noted(file)):
                self._site.open_again()
        return f"page {page.number} of the database overwritten{', met and noted' if met else ''}, then restored"

    @contextmanager
    def _frozen(self) -> Iterator[None]:
        """Nobody works meanwhile: what is read and written then cannot cross a write of theirs."""
        programs = list(self._site.crew.programs.values())
        for program in programs:
            program.freeze()
        try:
            yield
        finally:
            for program in programs:
                program.thaw()

    def _outage(self) -> None:
        """An engine stays away for a while that is drawn."""
        self._stopping.wait(self._draws.below(1_000) / 1_000 * self._site.scenario.outage)
