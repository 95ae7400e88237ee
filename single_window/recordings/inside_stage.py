"""A stage in this process: the window is opened on the data folder, and batches are worked as fast as possible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from declarations.calendar import day_of
from single_window.accounts.people import OPERATOR
from single_window.answers import audits
from single_window.cases.digests.lines import Digests, Outcome
from single_window.cases.digests.outcomes import outcomes
from single_window.cases.digests.queries import digests_of
from single_window.cases.parameters.decisions import CHANGE, PARAMETER_DECISION
from single_window.data_lock import DataLock
from single_window.frame import deciding
from single_window.frame.decision_kinds import Requested
from single_window.recordings import inside, resume_file
from single_window.recordings.file import Recording
from single_window.recordings.inside import InsideSandbox
from single_window.recordings.playing import Progress
from single_window.recordings.resume_file import ReplayProgress
from single_window.recordings.stage import SandboxChanges
from single_window.settings import Settings
from single_window.store import sandboxes
from single_window.store.engine import reading, snapshot
from single_window.wiring import open_window
from single_window_client import Audited


class InsideStage:
    """A sandbox on a data folder that no other process works on."""

    may_differ = ""

    def __init__(self, settings: Settings, recording: Recording, name: str) -> None:
        """Lock the data and open the window on them; raises `AlreadyRunning`."""
        self._recording, self._name = recording, name
        self.progress_file: Path | None = resume_file.progress_path_of(recording.path, name)
        with ExitStack() as opened:
            opened.callback(DataLock(settings.data).take().release)
            self._window = open_window(settings, readers=0)
            opened.callback(self._window.close)
            self._opened = opened.pop_all()

    def exists(self) -> bool:
        with reading(self._window.engine) as connection:
            return self._name in sandboxes.names(connection)

    def make(self, begins: int, changed: SandboxChanges) -> InsideSandbox:
        into = inside.make_sandbox(self._window, self._recording.sandbox, self._name, begins, changed.options)
        for parameter, numbers in changed.values.items():
            values = {"value": numbers, "since": str(day_of(begins))}
            requested = Requested(CHANGE, "what-if", values=values)
            subject = deciding.find(self._window, self._name, PARAMETER_DECISION, parameter)
            deciding.decide(self._window, self._name, PARAMETER_DECISION, subject, requested, OPERATOR)
        self._window.settle()
        return into

    def find(self, reached: ReplayProgress, changed: SandboxChanges) -> InsideSandbox:
        done = reached.progress
        already = self.acts() - reached.acts - done.acts + done.missing
        return InsideSandbox(self._window, self._name, max(0, already), changed.options)

    def acts(self) -> int:
        return inside.acts_of_officers(self._window, self._name)

    def finish(self, ended: Progress, at: int) -> Progress:
        return ended

    def digests(self) -> Digests:
        with snapshot(self._window.engine) as connection:
            return digests_of(connection, self._name)

    def outcomes(self) -> Iterator[Outcome]:
        with snapshot(self._window.engine) as connection:
            yield from outcomes(connection, self._name)

    def audit(self) -> Audited:
        return audits.audit_sandbox(self._window.engine, self._name)

    def timing(self) -> None:
        return None

    def close(self) -> None:
        self._opened.close()
