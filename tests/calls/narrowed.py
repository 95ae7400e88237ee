"""Lists that a parameter narrows, rows that a call shows alone, and sandboxes beside each other: the newest row comes
first; what a call lists by a value are the rows that have it, and no others; what is shown of one is what is listed;
and in a sandbox of its own nothing of it is listed or found. Calls and parameters are found in the window's own
description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario

MOMENT = "2026-11-24T08:00:00+08:00"
SCENARIOS = ("refund-decided-by-officer", "summary-of-two-declarations", "batch-of-two-after-a-cancellation")
"""They leave something of every kind behind."""
SAME = {"company": "sender", "merchant": "ebc_code"}
"""Parameter → the value of a row that it is about, where that has another name."""
NUMBERS = ("sum_no", "order_no", "cop_no", "id")
"""The values of a row by which a call shows it, the first that there is, after the one that its path names."""
OWN_NUMBERS = {"/trace-batches": "batch_no"}
"""List → the value by which its rows are shown, where `NUMBERS` has another before it."""
PLACES = frozenset({"after", "before", "limit"})
"""Parameters that say where a page begins and how long it is."""
VALUES = 3
"""Values of a parameter that are tried."""
NOBODY = "NOBODY-KNOWS-7"
EVERYWHERE = frozenset({"/rules", "/sandboxes", "/keys", "/registrations", "/certificates"})
"""Lists that are not a sandbox's alone, or hold what it begins with."""
NOT_FOUND = 404
_SHOWN = re.compile(r"(/[^{}]+)/{(\w+)}")


class NarrowedList(NamedTuple):
    """A call that lists, the names of its parameters, the longest page, and by what one of its rows is shown alone
    (empty: by no call)."""

    path: str
    parameters: frozenset[str]
    longest: int
    shown_by: str


def wrong(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    lists = list(_lists(sandbox.call("GET", "/openapi.json")["paths"]))
    with fresh_sandbox(client, "empty", "tests", MOMENT) as empty:
        yield from _complaints(sandbox, empty, lists)
        for name in SCENARIOS:
            played = client.sandbox(play(client, read_scenario(shipped_scenarios()[name]), keep=True).sandbox)
            try:
                yield from _complaints(played, empty, lists)
            finally:
                played.delete()


def _lists(paths: Mapping[str, Any]) -> Iterator[NarrowedList]:
    """The calls that list, needing nothing."""
    shown = {found[1]: found[2] for path in paths if (found := _SHOWN.fullmatch(path)) and "get" in paths[path]}
    for path, calls in paths.items():
        parameters = {each["name"]: each for each in calls.get("get", {}).get("parameters", ())}
        needed = {name for name, each in parameters.items() if each.get("required")} - {"X-Sandbox"}
        if "limit" in parameters and not needed and "{" not in path:
            longest = int(parameters["limit"]["schema"].get("maximum", 100))
            yield NarrowedList(path.removeprefix("/api/v1"), frozenset(parameters), longest, shown.get(path, ""))


def _complaints(sandbox: SandboxClient, empty: SandboxClient, lists: Sequence[NarrowedList]) -> Iterator[str]:
    for listed in lists:
        rows = _rows(sandbox, listed.path, limit=listed.longest)
        whole = len(rows) < listed.longest
        numbers = [row["id"] for row in rows if "id" in row]
        if "before" in listed.parameters and numbers != sorted(numbers, reverse=True):
            yield f"GET {listed.path} does not begin with the newest"
        for name in sorted(listed.parameters - PLACES):
            yield from _narrowed(sandbox, listed, name, rows, whole)
        if listed.shown_by:
            yield from _shown(sandbox, empty, listed, rows)
        if listed.path not in EVERYWHERE and rows and (others := _rows(empty, listed.path)):
            yield f"GET {listed.path} lists {len(others)} rows in a sandbox where nothing was done"


def _narrowed(
    sandbox: SandboxClient, listed: NarrowedList, name: str, rows: Sequence[Any], whole: bool
) -> Iterator[str]:
    """The rows by each value of a parameter that the rows have; of a page that is cut off, that they have it."""
    value = SAME.get(name, name) if rows and name not in rows[0] else name
    found = sorted({str(row[value]) for row in rows if isinstance(row.get(value), str) and row[value]})
    for text in found[:VALUES]:
        wanted = [row for row in rows if str(row[value]) == text]
        came = _rows(sandbox, listed.path, limit=listed.longest, **{name: text})
        if (came != wanted) if whole else any(str(row[value]) != text for row in came) or not came:
            yield f"GET {listed.path}?{name}={text} lists {len(came)} rows, and {len(wanted)} have that value"
    if found and name not in {"state", "flow", "kind", "status"} and _rows(sandbox, listed.path, **{name: NOBODY}):
        yield f"GET {listed.path}?{name}={NOBODY} lists rows"


def _shown(sandbox: SandboxClient, empty: SandboxClient, listed: NarrowedList, rows: Sequence[Any]) -> Iterator[str]:
    """The first and the last row as they are shown alone; and that they are not shown in another sandbox."""
    for row in [*rows[:1], *rows[1:][-1:]]:
        names = (listed.shown_by, OWN_NUMBERS.get(listed.path, ""), *NUMBERS)
        number = next(str(row[name]) for name in names if row.get(name))
        alone = _same(sandbox.call("GET", f"{listed.path}/{number}"), row, listed.shown_by)
        if alone is None:
            yield f"GET {listed.path}/{number} does not show what is listed"
            continue
        for name in row.keys() & alone.keys():
            if isinstance(row[name], str | int | bool) and row[name] != alone[name]:
                yield f"GET {listed.path}/{number} shows {name} {alone[name]}, and it is listed with {row[name]}"
        if listed.path not in EVERYWHERE and _is_known(empty, f"{listed.path}/{number}"):
            yield f"GET {listed.path}/{number} is answered in a sandbox where nothing was done"


def _is_known(sandbox: SandboxClient, path: str) -> bool:
    try:
        sandbox.call("GET", path)
    except CallRefused as refused:
        return refused.status != NOT_FOUND
    return True


def _same(answer: Any, row: Mapping[str, Any], shown_by: str) -> Mapping[str, Any] | None:
    """The part of an answer that is about a row: the answer itself, or an element of it."""
    inside = [each for value in answer.values() if isinstance(value, list) for each in value if isinstance(each, dict)]
    name = next(name for name in ("id", shown_by, *NUMBERS) if row.get(name))
    return next((each for each in [answer, *inside] if each.get(name) == row[name]), None)


def _rows(sandbox: SandboxClient, path: str, **query: Any) -> list[Any]:
    """The rows of a list; none where a caller may not read it or a value is none of the parameter's."""
    try:
        answer = sandbox.call("GET", path, query=query)
    except CallRefused as refused:
        if refused.status >= 500:
            raise
        return []
    rows = next((value for value in answer.values() if isinstance(value, list)), [])
    return [row for row in rows if isinstance(row, dict)]
