"""`single-window record --proxy-to`: records what passes between callers and an endpoint, whoever's that is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Full, Queue
from threading import Event
from urllib.parse import urlsplit

import click

from single_window.api.server.http import MOST_READ, Listener, PortInUse, bind, url_of
from single_window.api.server.http_limits import Limits
from single_window.clock import monotonic
from single_window.frame.commands.call import Call, Failure
from single_window.process.serving import stop_by_signal
from single_window.recordings import file
from single_window.recordings.events import Manifest, Recorded
from single_window.recordings.exchanges import Exchanges
from single_window.recordings.file import Made
from single_window.recordings.forwarding import Exchanged, Forwarding

WAITING = 16
"""Exchanges that wait to be written at most; whoever brings more waits."""
THREADS, POLLS = 64, 200
PATIENT = Limits(queued=60.0, expected=60.0, per_address=0)
"""Nobody is turned away: that is for the target to do."""
LOOK = 0.5
NAME = "proxy"


def record_between(call: Call, recording: Path, target: str, listen: str, seconds: float | None) -> Manifest:
    """Stand in front of `target` until a signal or for some seconds, and write what passes; an error leaves nothing."""
    if urlsplit(target).scheme not in {"http", "https"} or not urlsplit(target).hostname:
        raise click.UsageError(f"{target} is no address like http://127.0.0.1:8642")
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or int(port) > 65_535:
        raise click.UsageError(f"{listen} is no place to listen at like 127.0.0.1:0")
    exchanges, passed, over = Exchanges(), Queue[Exchanged](WAITING), Event()
    stop = stop_by_signal()

    def queue(exchanged: Exchanged) -> None:
        while not over.is_set():
            with suppress(Full):
                return passed.put(exchanged, timeout=LOOK)

    with _standing(host.strip("[]") or "127.0.0.1", int(port), Forwarding(target, queue), over) as url:
        call.announce(f"{url} stands in front of {target}. Ctrl-C ends it, and writes {recording}.", url=url)
        until = monotonic() + seconds if seconds else None
        events = exchanges.events(_until(passed, stop, until))
        return file.write(recording, lambda: Recorded(NAME, NAME, {}, exchanges.ended), events, Made)


@contextmanager
def _standing(host: str, port: int, application: Forwarding, over: Event) -> Iterator[str]:
    try:
        bound = bind(host, port)
    except PortInUse as taken:
        raise Failure(str(taken)) from None
    listener = Listener(application, bound, MOST_READ, THREADS, PATIENT, _may_wait, POLLS).start()
    try:
        yield url_of(bound)
    finally:
        over.set()
        listener.stop()


def _may_wait(path: str, query: str) -> bool:
    return "wait" in query


def _until(passed: Queue[Exchanged], stop: Event, until: float | None) -> Iterator[Exchanged]:
    """The exchanges that pass, until it is to end and nothing waits any more."""
    while True:
        going = not stop.is_set() and (until is None or monotonic() < until)
        try:
            yield passed.get(going, LOOK)
        except Empty:
            if not going:
                return
