"""Plays a drafted profile over the lists of the last days, as decisions that would have been.

A run is counted piece by piece: each request goes on for a limited time, so a long one shows its progress. Unfinished
and recent runs are kept in this process; one that another process began is counted anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from declarations import risk
from declarations.calendar import day_of, instant_of
from declarations.parameters import Parameters
from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.shape import in_shape
from declarations.profile_preview import PastList, ProfilePreview
from declarations.profiles import RiskFacts, RiskLine, profiles_on, reads_lines
from single_window.clock import monotonic
from single_window.context import Context
from single_window.store import past_lists, sandboxes
from single_window.store.engine import reading
from single_window.store.law_books import law_of
from single_window.store.past_lists import AcceptedList
from single_window.store.risk_profiles import DraftedProfile
from single_window.work.profile_changes import rule_of

DAYS = 30
PIECE = 2_000
"""Lists that are read by one query."""
PATIENCE_SECONDS = 1.5
"""Time for which one request counts."""
KEPT_SECONDS, KEPT_RUNS = 60, 8
LOOKED_AT = frozenset({"inspection", "review"})
"""Lanes of lists that officers saw."""
MARGIN_DAYS = 3
"""So many days earlier the first list is sought, since ids follow arrival, and a list may wait to be accepted."""


class RunKey(NamedTuple):
    """Everything that a run depends on: the draft, what is in force today, and the days."""

    sandbox: str
    code: str
    version: int
    in_force: str
    today: date
    days: int


@dataclass(slots=True)
class PreviewRun:
    """A run so far: `read` of `total` lists; `done` once there are no more. `since`: its first day."""

    key: RunKey
    preview: ProfilePreview
    law: Parameters
    grades: dict[str, str]
    since: date
    after: int
    total: int
    read: int = 0
    done: bool = False
    ended_at: float = 0.0
    lock: Lock = field(default_factory=Lock)
    rates: dict[tuple[date, str], Decimal] = field(default_factory=dict)


_RUNS: WeakKeyDictionary[Engine, OrderedDict[RunKey, PreviewRun]] = WeakKeyDictionary()
_CHANGES = Lock()


def preview(
    context: Context,
    sandbox: str,
    profile: DraftedProfile,
    *,
    days: int = DAYS,
    again: bool = False,
    seconds: float = PATIENCE_SECONDS,
    piece: int = PIECE,
) -> PreviewRun:
    """Go on with the run of this draft for at most `seconds`, and return it; `again`: begin anew."""
    with reading(context.engine) as connection:
        run = _run_of(context, connection, sandbox, profile, days, again)
    with run.lock:
        until = monotonic() + seconds
        is_first = True  # however slow, each request counts a piece
        while not run.done and (is_first or monotonic() < until):
            is_first = False
            with reading(context.engine) as connection:
                _count_piece(connection, run, piece)
    return run


def _run_of(
    context: Context, connection: Connection, sandbox: str, profile: DraftedProfile, days: int, again: bool
) -> PreviewRun:
    law, box = law_of(connection, sandbox), sandboxes.find(connection, sandbox)
    today = day_of(box.clock.now())
    in_force = next((known for known in profiles_on(law, today) if known.code == profile.code), None)
    value_id = in_force.value_id if in_force else ""
    source = law.value(value_id).source if value_id else ""
    key = RunKey(sandbox, profile.code, profile.version, source, today, days)
    with _CHANGES:
        runs = _RUNS.setdefault(context.engine, OrderedDict())
        kept = runs.get(key)
        if kept is not None and not again and (not kept.done or monotonic() - kept.ended_at < KEPT_SECONDS):
            return kept
    since = today - timedelta(days=days)
    draft = in_shape(rule_of(profile), RiskProfile)
    after = past_lists.before_first(connection, sandbox, instant_of(since - timedelta(days=MARGIN_DAYS)))
    run = PreviewRun(
        key,
        ProfilePreview(box.seed, profile.code, draft, in_force.rule if in_force else None),
        law,
        dict(past_lists.grades(connection, sandbox)),
        since,
        after,
        past_lists.count_after(connection, sandbox, after),
    )
    with _CHANGES:
        runs[key] = run
        while len(runs) > KEPT_RUNS:
            runs.popitem(last=False)
    return run


def _count_piece(connection: Connection, run: PreviewRun, most: int) -> None:
    rules = [rule for rule in (run.preview.draft, run.preview.now) if rule is not None]
    with_facts = any(map(reads_lines, rules))
    rows = past_lists.page(connection, run.key.sandbox, run.after, most, with_facts=with_facts)
    for row in rows:
        if row.accepted_at and (day := day_of(row.accepted_at)) >= run.since:
            run.preview.count(_past(row, day, run))
    run.read += len(rows)
    run.total = max(run.total, run.read)
    if rows:
        run.after = rows[-1].id
    if len(rows) < most:
        run.done, run.ended_at = True, monotonic()


def _past(row: AcceptedList, day: date, run: PreviewRun) -> PastList:
    grade = run.grades.get(row.ebc_code, "")
    key = f"{row.ebc_code}|{row.order_no}"
    facts = RiskFacts(key, row.ebc_code, grade, row.value, row.customs_code, row.trade_mode, row.flow)
    rate = run.rates.get((day, grade))
    if rate is None:
        counted = risk.grade_on(day, grade, run.law)
        rate = run.rates[day, grade] = risk.inspection_rate_of(counted, day, run.law)
    by_lot = risk.is_drawn_for_inspection(run.preview.seed, row.ebc_code, row.order_no, rate)
    looked_at = bool(row.hit) or row.lane in LOOKED_AT
    return PastList(row.invt_no, facts, day, by_lot, bool(row.hit), looked_at, partial(_lines, row))


def _lines(row: AcceptedList) -> list[RiskLine]:
    return [RiskLine(line.gcode, line.country) for line in past_lists.lines_of(row).lines]
