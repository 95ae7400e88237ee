"""Simulated officers in a thread, while a window serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from simulators.entry import SandboxSession
from simulators.entry.officers import Office
from simulators.officers.playing import OfficerManner, OfficersPlay, crew


@contextmanager
def officers_in_background(place: SandboxSession, sandbox: str, count: int, seed: int) -> Iterator[OfficersPlay | None]:
    """Within the block `count` simulated officers decide in a sandbox; yields their progress, None for no officers."""
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
