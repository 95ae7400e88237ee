"""The calls that a program made in a sandbox, for assertions: which, how often, with what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct, convert


class MadeCall(Struct, frozen=True):
    """A call: its number, method, path below /api/v1, query, status of the answer, milliseconds it took; `misses`: of a
    near one, which criteria it does not meet."""

    id: int
    at: str
    method: str
    path: str
    query: str
    status: int
    took: int
    caller: str = ""
    request_id: str = ""
    misses: str = ""


class MadeCalls(Struct, frozen=True):
    """Calls that meet criteria, newest first, how many do, and, if none does, the nearest."""

    calls: list[MadeCall]
    count: int
    near: list[MadeCall]


class CallLog:
    """The calls of a sandbox; the window must keep them (`run --call-log N`), else `CallRefused` (404) is raised."""

    def __init__(self, call: Callable[..., Any]) -> None:
        """`call`: makes a call in the sandbox (`SandboxClient.call`)."""
        self._call = call

    def find(self, method: str = "", path: str = "", *contains: str, status: int = 0) -> MadeCalls:
        """Return the calls with a method, whose path begins so, and whose query or body contains every text."""
        criteria = {"method": method, "path": path, "status": status or "", "contains": contains}
        return convert(self._call("GET", "/calls", query=criteria), MadeCalls)

    def show(self, number: int) -> dict[str, Any]:
        """Return a call with its request and its answer, of long ones the beginning."""
        return dict(self._call("GET", f"/calls/{number}"))

    def demand(self, method: str = "", path: str = "", *contains: str, status: int = 0, times: int | None = 1) -> None:
        """Raise `AssertionError` unless such a call was made so often (None: at least once); it names the nearest."""
        found = self.find(method, path, *contains, status=status)
        if found.count == times or (times is None and found.count):
            return
        wanted = " ".join(filter(None, (method, path, *map(repr, contains), str(status or ""))))
        near = "".join(
            f"\n  {call.method} {call.path} {call.query} → {call.status}"
            + (f" (not: {call.misses})" * bool(call.misses))
            for call in (found.near or found.calls)
        )
        often = "at least once" if times is None else f"{times} time(s)"
        raise AssertionError(f"{wanted}: wanted {often}, made {found.count} time(s){near and '; nearest:'}{near}")
