"""A proxy that records the traffic between callers and any endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event

from single_window.api.server.limits import Limits
from single_window.api.server.listener import MAX_READ_BYTES, Listener, bind, url_of
from single_window.clock import monotonic
from single_window.process.signals import stop_by_signal
from single_window.recordings import file
from single_window.recordings.events import Manifest, Recorded
from single_window.recordings.exchanges import Exchanges
from single_window.recordings.file import RecordingFacts
from single_window.recordings.forwarding import Exchanged, Forwarding

MAX_WAITING = 16
"""Maximum number of exchanges that wait to be written; further callers wait."""
THREADS, POLLS = 64, 200
UNLIMITED = Limits(queued=60.0, expected=60.0, per_address=0)
"""Limits that refuse nobody, because the target does that."""
CHECK_INTERVAL_SECONDS = 0.5
NAME = "proxy"


def record_between(
    recording: Path, target: str, listen: tuple[str, int], announce: Callable[..., None], seconds: float | None
) -> Manifest:
    """Run as a proxy of `target` until a signal or for some seconds, and write the traffic; no file after an error.
    `listen`: host and port; raises `PortInUse`. `announce` is told the address."""
    exchanges, passed, over = Exchanges(), Queue[Exchanged](MAX_WAITING), Event()
    stop = stop_by_signal()

    def queue(exchanged: Exchanged) -> None:
        while not over.is_set():
            with suppress(Full):
                return passed.put(exchanged, timeout=CHECK_INTERVAL_SECONDS)

    with _proxy(*listen, Forwarding(target, queue), over) as url:
        announce(f"{url} is a proxy of {target}. Ctrl-C ends it, and writes {recording}.", url=url)
        until = monotonic() + seconds if seconds else None
        events = exchanges.events(_until(passed, stop, until))
        return file.write(recording, lambda: Recorded(NAME, NAME, {}, exchanges.ended), events, RecordingFacts)


@contextmanager
def _proxy(host: str, port: int, application: Forwarding, over: Event) -> Iterator[str]:
    bound = bind(host, port)
    listener = Listener(application, bound, MAX_READ_BYTES, THREADS, UNLIMITED, _may_wait, POLLS).start()
    try:
        yield url_of(bound)
    finally:
        over.set()
        listener.stop()


def _may_wait(path: str, query: str) -> bool:
    return "wait" in query


def _until(passed: Queue[Exchanged], stop: Event, until: float | None) -> Iterator[Exchanged]:
    """Yield the exchanges until the proxy ends and all waiting ones are written."""
    while True:
        going = not stop.is_set() and (until is None or monotonic() < until)
        try:
            yield passed.get(going, CHECK_INTERVAL_SECONDS)
        except Empty:
            if not going:
                return
