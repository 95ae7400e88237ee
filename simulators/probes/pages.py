"""Pages of every length: whatever the limit, pages one after the other hold what one page of all holds, once and in
the same order. Calls with pages are found in the window's own description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from simulators.entry.places import CallRefused, SandboxClient

LIMITS = (1, 2, 3, 5, 8, 13)
MOST = 40
"""Pages after which nobody goes on: limits that need more are left out, and a listing that has more is endless."""
BOXES = 2
"""Mailboxes that are read, those with most receipts."""
NAMES = ("sequence", "id", "number", "code", "name", "mailbox")
"""By what a listed row is known; the rest of it may change meanwhile."""


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    boxes = sorted(sandbox.call("GET", "/mailboxes")["mailboxes"], key=lambda box: -int(box["receipts"]))
    for box in boxes[:BOXES]:
        yield from _listing(sandbox, Listing("/receipts", "after", 1_000), {"mailbox": box["mailbox"]})
    for listing in _listings(sandbox.call("GET", "/openapi.json")["paths"]):
        yield from _listing(sandbox, listing, {})


class Listing(NamedTuple):
    """A call that lists: its path, the parameter of the next page, and the longest page."""

    path: str
    following: str
    longest: int


def _listings(paths: Mapping[str, Any]) -> Iterator[Listing]:
    """The calls that list without needing anything else."""
    for path, calls in paths.items():
        parameters = {each["name"]: each for each in calls.get("get", {}).get("parameters", ())}
        needed = {name for name, each in parameters.items() if each.get("required") or each["in"] == "path"}
        following = next((name for name in ("after", "before") if name in parameters), "")
        if "limit" in parameters and following and not needed - {"X-Sandbox"}:
            longest = int(parameters["limit"]["schema"].get("maximum", 100))
            yield Listing(path.removeprefix("/api/v1"), following, longest)


def _listing(sandbox: SandboxClient, listing: Listing, query: Mapping[str, Any]) -> Iterator[str]:
    try:
        whole = list(_paged(sandbox, listing, {**query, "limit": listing.longest}))
    except CallRefused as refused:
        if refused.status >= 500:
            yield f"GET {listing.path} is answered with HTTP {refused.status}"
        return
    for limit in sorted({*LIMITS, len(whole) - 1, len(whole), len(whole) + 1}):
        if not 0 < limit < listing.longest or len(whole) > limit * (MOST - 1):
            continue
        try:
            rows = list(_paged(sandbox, listing, {**query, "limit": limit}))
        except CallRefused as refused:
            yield f"GET {listing.path} in pages of {limit} is answered with HTTP {refused.status}: {refused}"
            continue
        if rows != whole:
            yield f"GET {listing.path} {' '.join(query.values())} in pages of {limit}: {_difference(rows, whole)}"


def _paged(sandbox: SandboxClient, listing: Listing, query: Mapping[str, Any]) -> Iterator[Any]:
    place: Any = None
    for _ in range(MOST):
        asked = query if place is None else {**query, listing.following: place}
        answer = sandbox.call("GET", listing.path, query=asked)
        rows = _rows(answer)
        yield from rows
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
