"""Pages of every length: whatever the limit, pages one after the other hold what one page of all holds, once and in
the same order, and all but the last are full. Calls with pages are found in the window's own description, those about a
batch, a summary or a sandbox among them. At the end of a mailbox a poll stays where it is, and behind it says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario

LIMITS = (1, 2, 3, 5, 8, 13)
MOST = 40
"""Pages after which nobody goes on: a listing of all that has more is endless."""
FIRST = 12
"""Pages that are read of a listing in short pages."""
BOXES = 2
"""Mailboxes that are read, those with most receipts."""
NAMES = ("sequence", "id", "number", "code", "name", "mailbox")
"""By what a listed row is known; the rest of it may change meanwhile."""
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "batch_no": ("/batches", "batches"),
    "number": ("/summaries", "summaries"),
    "trace_code": ("/trace-batches", "batches"),
}
"""A part of a path → the call that lists what it may be, and its list there; the part's own name, or `sum_no`."""
SUBJECT_NUMBERS = ("batch_no", "sum_no")
SUBJECTS_READ = 2
WITH_SUBJECTS = "batch-of-two-after-a-cancellation"
"""The scenario that leaves a batch of several members behind."""
_PLACE = re.compile(r"{(\w+)}")


def wrong(client: WindowClient, sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    boxes = sorted(sandbox.call("GET", "/mailboxes")["mailboxes"], key=lambda box: -int(box["receipts"]))
    for box in boxes[:BOXES]:
        yield from _listing(sandbox, Listing("/receipts", "after", 1_000), {"mailbox": box["mailbox"]})
        yield from _end(sandbox, box["mailbox"], int(box["receipts"]))
    listings = list(_listings(sandbox.call("GET", "/openapi.json")["paths"]))
    for listing in listings:
        yield from _about_each(sandbox, listing)
    played = play(client, read_scenario(shipped_scenarios()[WITH_SUBJECTS]), keep=True)
    other = client.sandbox(played.sandbox)
    try:
        for listing in listings:
            if _PLACE.search(listing.path):
                yield from _about_each(other, listing)
    finally:
        other.delete()


def _about_each(sandbox: SandboxClient, listing: Listing) -> Iterator[str]:
    """The faults of a call: as it is, or about the first of its subjects."""
    for path in _paths(sandbox, listing.path):
        yield from _listing(sandbox, listing._replace(path=path), {})


def _paths(sandbox: SandboxClient, path: str) -> list[str]:
    """The paths of a call with the first numbers that may stand in it; none where none is known."""
    place = _PLACE.search(path)
    if place is None:
        return [path]
    if path.startswith("/sandboxes/"):
        return [_PLACE.sub(sandbox.name, path)]
    if place[1] not in SUBJECTS:
        return []
    call, name = SUBJECTS[place[1]]
    rows = sandbox.call("GET", call)[name][:SUBJECTS_READ]
    numbers = [next((row[each] for each in SUBJECT_NUMBERS if row.get(each)), "") for row in rows]
    return [_PLACE.sub(number, path) for number in numbers if number]


class Listing(NamedTuple):
    """A call that lists: its path, the parameter of the next page (empty: it has none), and the longest page."""

    path: str
    following: str
    longest: int


def _listings(paths: Mapping[str, Any]) -> Iterator[Listing]:
    """The calls that list, needing nothing but what their path is about."""
    for path, calls in paths.items():
        parameters = {each["name"]: each for each in calls.get("get", {}).get("parameters", ())}
        needed = {name for name, each in parameters.items() if each.get("required") and each["in"] != "path"}
        following = next((name for name in ("after", "before") if name in parameters), "")
        if "limit" in parameters and not needed - {"X-Sandbox"}:
            longest = int(parameters["limit"]["schema"].get("maximum", 100))
            yield Listing(path.removeprefix("/api/v1"), following, longest)


def _listing(sandbox: SandboxClient, listing: Listing, query: Mapping[str, Any]) -> Iterator[str]:
    try:
        whole = _rows_of(_paged(sandbox, listing, {**query, "limit": listing.longest}))
    except CallRefused as refused:
        if refused.status >= 500:
            yield f"GET {listing.path} is answered with HTTP {refused.status}"
        return
    for limit in sorted({*LIMITS, len(whole) - 1, len(whole), len(whole) + 1}):
        if not 0 < limit < listing.longest:
            continue
        try:
            pages = list(_paged(sandbox, listing, {**query, "limit": limit}, FIRST))
        except CallRefused as refused:
            yield f"GET {listing.path} in pages of {limit} is answered with HTTP {refused.status}: {refused}"
            continue
        asked = f"GET {listing.path} {' '.join(query.values())} in pages of {limit}"
        read = whole[: (FIRST if listing.following else 1) * limit]
        if (rows := _rows_of(pages)) != read:
            yield f"{asked}: {_difference(rows, read)}"
        full = [len(page) for page in pages if page][:-1]
        if short := [length for length in full if length != limit]:
            yield f"{asked}: pages before the last hold {' '.join(map(str, short))}"


def _end(sandbox: SandboxClient, box: str, last: int) -> Iterator[str]:
    """The faults of polls of the first receipt of a mailbox, before the last, at the end, and behind it."""
    for after, count, following, warned in (
        (0, 1, 1, 0),
        (last - 1, 1, last, 0),
        (last, 0, last, 0),
        (last + 1, 0, last + 1, 1),
    ):
        answer = sandbox.call("GET", "/receipts", query={"mailbox": box, "after": after, "limit": 1})
        found = len(answer["receipts"]), answer["next"], len(answer.get("findings", ()))
        if found != (count, following, warned):
            yield f"GET /receipts {box} after {after} of {last}: receipts, next, warnings are {found}"


def _rows_of(pages: Iterable[Sequence[Any]]) -> list[Any]:
    return [row for page in pages for row in page]


def _paged(sandbox: SandboxClient, listing: Listing, query: Mapping[str, Any], most: int = MOST) -> Iterator[list[Any]]:
    """The pages one after the other."""
    place: Any = None
    for _ in range(most):
        asked = query if place is None else {**query, listing.following: place}
        answer = sandbox.call("GET", listing.path, query=asked)
        rows = _rows(answer)
        yield rows
        if not rows or answer.get("next") in (None, "", place):
            return
        place = answer["next"]


def _rows(answer: Mapping[str, Any]) -> list[Any]:
    """The keys of the rows of the only list in the answer."""
    rows = next((value for value in answer.values() if isinstance(value, list)), [])
    return [next((f"{name} {row[name]}" for name in NAMES if name in row), row) for row in rows]


def _difference(listed: Sequence[Any], whole: Sequence[Any]) -> str:
    missing = [row for row in whole if row not in listed]
    return f"{len(listed)} of {len(whole)} are listed, {len(missing)} are missing" + (
        f", such as {str(missing[0])[:120]}" if missing else ""
    )
