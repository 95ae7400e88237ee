"""What a rush of messages has left is given back once nobody needs it: connections, memory, processes."""

from __future__ import annotations

from sqlalchemy import Engine

from single_window.intake.explaining import end_idle
from single_window.intake.released_memory import release_memory_later
from single_window.store.engine import close_unused


def give_back(engine: Engine) -> None:
    """Once in a while: close connections to the database that were not used since the last time, return memory that
    large messages took to the system, end processes that explain and have had nothing to explain."""
    close_unused(engine)
    release_memory_later()
    end_idle()
