"""A stage over HTTP: a sandbox of a window at an address, played at a speed or as fast as possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from declarations.calendar import day_of
from declarations.parameters.changing import AMOUNT_KEY
from single_window.cases.digests.lines import Digests, Outcome, outcomes_of
from single_window.cases.parameters.decisions import CHANGE
from single_window.recordings import remote, resume_file
from single_window.recordings.file import Recording
from single_window.recordings.playing import Progress
from single_window.recordings.remote import RemoteReplaySandbox
from single_window.recordings.remote_digest import digest_lines
from single_window.recordings.resume_file import NothingToResume, ReplayProgress
from single_window.recordings.stage import SandboxChanges, Timing
from single_window.store.subjects import PARAMETER
from single_window_client import Audited, CallRefused, WindowClient


class ValueNotChanged(Exception):
    """A window that did not change a dated value at once."""

    permanent = True


class RemoteStage:
    """A sandbox over HTTP. `speed`: that many times as fast as it was recorded; 0: as fast as possible.

    `running`: its clock runs along, so that nobody can resume an interrupted replay, and what is late may come to
    another outcome."""

    def __init__(
        self, url: str, key: str, recording: Recording, name: str, speed: float = 0.0, running: bool = False
    ) -> None:
        self._client, self._key = WindowClient(url, key), key
        self._there = self._client.sandbox(name)
        self._recording, self._speed, self._running = recording, speed, running
        self._into: RemoteReplaySandbox
        self._opened = ExitStack()
        self._opened.callback(self._client.close)
        self.progress_file: Path | None = (
            None if running else resume_file.progress_path_of(recording.path, f"{name}.http")
        )

    @property
    def may_differ(self) -> str:
        triggers = len(self._recording.sandbox.triggers)
        reasons = (
            f"triggers of the sandbox ({triggers}) are not made over HTTP" if triggers else "",
            "the clock ran along, and what is late meets another state" if self._running else "",
        )
        return "; ".join(filter(None, reasons))

    def exists(self) -> bool:
        return self._there.name in self._client.sandboxes()

    def make(self, begins: int, changed: SandboxChanges) -> RemoteReplaySandbox:
        remote.make_sandbox(self._client, self._recording.sandbox, self._there.name, begins, changed.options)
        for parameter, numbers in changed.values.items():
            self._change(parameter, numbers, str(day_of(begins)))
        if self._running:
            self._there.clock.set("virtual", rate=str(self._speed))
        return self._senders(changed)

    def _senders(self, changed: SandboxChanges) -> RemoteReplaySandbox:
        self._into = RemoteReplaySandbox(
            self._there, self._client.url, self._key, self._speed, self._running, changed.options
        )
        self._opened.callback(self._into.close)
        return self._into

    def _change(self, parameter: str, numbers: Mapping[str, str], since: str) -> None:
        value = {"amount": numbers[AMOUNT_KEY]} if AMOUNT_KEY in numbers else {"value": dict(numbers)}
        acted = self._there.decide(parameter, CHANGE, "what-if", PARAMETER, since=since, **value)
        if acted.status != "done":
            raise ValueNotChanged(
                f"{parameter} was not changed: the change is {acted.status} (decision {acted.decision}). Use the key "
                "of somebody who needs no second person for it."
            )

    def find(self, reached: ReplayProgress, changed: SandboxChanges) -> RemoteReplaySandbox:
        try:
            self._there.clock.show()
        except CallRefused as refused:
            at = self._client.url
            raise NothingToResume(f"There is no sandbox {self._there.name!r} to go on in at {at}: {refused}") from None
        return self._senders(changed)

    def acts(self) -> int:
        return 0

    def finish(self, ended: Progress, at: int) -> Progress:
        self._into.settle(at)
        ended = ended._replace(undone=ended.undone + self._into.undone)
        return ended._replace(alike=ended.messages - self._into.otherwise) if self._running else ended

    def digests(self) -> Digests:
        return Digests.of(self._into.patiently(lambda: self._there.call("GET", "/digest")))

    def outcomes(self) -> Iterator[Outcome]:
        return outcomes_of(self._into.patiently(lambda: digest_lines(self._there)), self._there.name)

    def audit(self) -> Audited:
        return self._into.patiently(self._there.audit)

    def timing(self) -> Timing:
        return Timing(self._into.pace, self._into.by_second())

    def close(self) -> None:
        self._opened.close()
