"""The day before and the day of every dated value that traffic touches: a trade is validated on both, and what must
come of it stands in `dated_outcomes.csv`, worked out from the announcements and not from the window's parameters."""

from __future__ import annotations

import csv
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.entry.windows import SandboxClient, WindowClient, fresh_sandbox, sample
from simulators.probes.changed_messages import FLOWS, Messages, changed
from simulators.probes.sending import now_of

DAY = timedelta(1)
TAX, NAMED, NOT_NAMED = "tax", "yes", "no"
TOGETHER = 5
"""Trades that `validate` takes at once: it takes twenty messages, and a trade has at most four."""


class DatedOutcome(NamedTuple):
    """A change of the law: what is expected of a trade on the day before and since. `expected`: a code that validation
    names or does not name (yes, no), or `tax`, the yuan that it works out."""

    day: str
    message: str
    change: str
    expected: str
    before: str
    since: str
    source: str


class _DatedTrial(NamedTuple):
    row: DatedOutcome
    wanted: str
    messages: Messages


def table() -> Sequence[DatedOutcome]:
    """All rows of the table."""
    text = files(__package__).joinpath("dated_outcomes.csv").read_text("utf-8")
    return [DatedOutcome(**row) for row in csv.DictReader(text.splitlines())]


def moments(rows: Sequence[DatedOutcome]) -> Mapping[str, list[tuple[DatedOutcome, str]]]:
    """The moments at which something is expected, the earliest first, with the rows and what they expect: the last
    second of the day before, and the first of the day, in Beijing."""
    wanted: dict[str, list[tuple[DatedOutcome, str]]] = defaultdict(list)
    for row in rows:
        wanted[f"{date.fromisoformat(row.day) - DAY}T23:59:59+08:00"].append((row, row.before))
        wanted[f"{row.day}T00:00:00+08:00"].append((row, row.since))
    return dict(sorted(wanted.items()))


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong, in a sandbox whose clock goes through the years."""
    wanted = moments(table())
    with fresh_sandbox(client, "probed days", "probes", min(wanted), under=under) as sandbox:
        for moment, expected in wanted.items():
            sandbox.clock.set("frozen", at=moment)
            now = now_of(sandbox)
            asked = [
                _DatedTrial(row, text, _messages(row, f"{moment} {place}", now))
                for place, (row, text) in enumerate(expected)
            ]
            for start in range(0, len(asked), TOGETHER):
                yield from _validated(sandbox, moment, asked[start : start + TOGETHER])


def _messages(row: DatedOutcome, key: str, now: int) -> Messages:
    return changed(sample(FLOWS[row.message], f"dated outcome {key}", now).messages, row.message, row.change)


def _validated(sandbox: SandboxClient, moment: str, asked: Sequence[_DatedTrial]) -> Iterator[str]:
    bodies = [b64encode(body).decode() for each in asked for body in each.messages.values()]
    results = iter(sandbox.call("POST", "/validate", json={"messages": bodies})["messages"])
    for each in asked:
        found = _found(each.row, [next(results) for _ in each.messages])
        if found != each.wanted:
            about = f"{each.row.message} {each.row.change or 'as it is'} at {moment}: {each.row.expected}"
            yield f"{about} should be {each.wanted}, and is {found} ({each.row.source})"


def _found(row: DatedOutcome, results: Sequence[Any]) -> str:
    if row.expected == TAX:
        taxes = [document["tax"] for result in results for document in result["documents"] if document["tax"]]
        return str(taxes[0]["total"]) if taxes else "none"
    named = any(finding["code"] == row.expected for result in results for finding in result["findings"])
    return NAMED if named else NOT_NAMED
