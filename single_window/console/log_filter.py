"""Filters the log of decisions by officer, case, act, outcome and days, and gives its rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Mapping
from io import StringIO
from typing import NamedTuple

from flask import request
from sqlalchemy import Connection

from declarations.calendar import DAY, instant_of
from single_window.cases.dossier_facts import keys_of
from single_window.cases.subjects import DECISION_KINDS
from single_window.frame.pages.keys import KEYS
from single_window.frame.pages.speech import given_day, say
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.for_people import spreadsheet_cells
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.store.case_queue import Key
from single_window.store.decision_log import LogFilter
from single_window.store.log_chain import LogEntry

HEADING = ("sequence", "answered_at", "by", "role", "act", "about", "before", "after", "outcome", "reason", "hash")
MOST_ROWS = 10_000
"""Maximum number of rows of a CSV file, the newest."""


class AskedOfLog(NamedTuple):
    """The filter of the log's page, as it was typed without the blanks around it; empty: all."""

    by: str = ""
    about: str = ""
    act: str = ""
    outcome: str = ""
    since: str = ""
    until: str = ""

    @property
    def given(self) -> Mapping[str, str]:
        """The parameters of a link to the same rows."""
        return {name: text for name, text in self._asdict().items() if text}

    @property
    def wrong_days(self) -> Collection[str]:
        """The names of fields with a text that is no day."""
        return [name for name in ("since", "until") if getattr(self, name) and given_day(getattr(self, name)) is None]

    def chosen(self, connection: Connection, sandbox: str) -> LogFilter:
        """The rows that are asked for; a text that is no day chooses none of them apart."""
        first, last = given_day(self.since), given_day(self.until)
        return LogFilter(
            self.by,
            _subjects(connection, sandbox, self.about) if self.about else None,
            instant_of(first) if first else 0,
            instant_of(last) + DAY if last else 0,
            (self.outcome,) if self.outcome else (),
            self.act,
        )


def asked_of_log() -> AskedOfLog:
    """Return what the current request asks for."""
    return AskedOfLog(*(request.args.get(name, "").strip()[:100] for name in AskedOfLog._fields))


def acts() -> Mapping[str, str]:
    """Return the acts by which the log can be filtered, with their names, in the order of these."""
    named = {act: say(act_words(act)) for act in (*KEYS, *phrases.book()["team_event"])}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


def outcomes() -> Mapping[str, str]:
    """Return the outcomes by which the log can be filtered, with their names."""
    return {name: say(phrases.phrase("decision_outcome", name)) for name in phrases.book()["decision_outcome"]}


def csv_text(rows: Iterable[LogEntry], cells: Callable[[LogEntry], Iterable[str]]) -> str:
    """Return rows of the log as CSV with a header. `cells`: those between `role` and `hash`, in words."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADING)
    for row in rows:
        told = [instant_text(row.answered_at), row.by, row.role, *cells(row), row.hash]
        writer.writerow([row.sequence, *spreadsheet_cells(told)])
    return text.getvalue()


def _subjects(connection: Connection, sandbox: str, number: str) -> Collection[Key]:
    """The subjects (kind, id) that a number names, with what is decided about on their pages; empty: it names none."""
    found: set[Key] = set()
    for kind in DECISION_KINDS.values():
        try:
            found.update(keys_of(connection, sandbox, kind.find(connection, sandbox, number)))
        except (NotFound, Refusal):
            continue
    return found
