"""Officers who are played beside a window that serves, until it stops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from simulators.entry import SandboxSession
from simulators.entry.officers import Office
from simulators.officers.playing import OfficerManner, OfficersPlay, crew


@contextmanager
def officers_in_background(place: SandboxSession, sandbox: str, count: int, seed: int) -> Iterator[OfficersPlay | None]:
    """So many officers decide in a sandbox of the window, which something else works on, as long as the block lasts;
    gives what they do so far, None where there are to be none."""
    if not count:
        yield None
        return
    stop = Event()
    play = OfficersPlay(
        Office(place.window, sandbox, others=True, stop=stop), crew(count, seed), OfficerManner(seed=seed)
    )
    thread = Thread(target=play.run, kwargs={"empty": False}, name="simulated officers", daemon=True)
    thread.start()
    try:
        yield play
    finally:
        stop.set()
        thread.join()
