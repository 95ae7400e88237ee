"""The case that an officer takes next: within the filter that he works in, without those that he has skipped."""

from __future__ import annotations

from collections.abc import Collection

from flask import session

from single_window.cases import queue
from single_window.cases.queue_beside import kept_filter
from single_window.frame.http.ports import ports
from single_window.frame.pages.persons import current_person
from single_window.store.case_queue import Key, QueuedCase

MOST_SKIPPED = 30
"""Skipped cases that are remembered at most: the newest, in the officer's session."""


def take_next(sandbox: str, but: Collection[Key] = ()) -> QueuedCase | None:
    """Take the next case; None: nothing is free. `but`: cases that he does not want now. Those that he skipped come
    again when nothing else is free."""
    window, person, chosen = ports().window, current_person(), kept_filter()
    skipped = [(subject, number) for place, subject, number in session.get("skipped", ()) if place == sandbox]
    taken = queue.take_next(window, sandbox, person, chosen, [*but, *skipped])
    if taken is None and skipped:
        session.pop("skipped")
        taken = queue.take_next(window, sandbox, person, chosen, but)
    return taken


def skip(sandbox: str, key: Key) -> None:
    """Remember that the officer does not want a case now; whether he holds it stays as it is."""
    session["skipped"] = [*session.get("skipped", ()), (sandbox, *key)][-MOST_SKIPPED:]
