"""Every call of the window's own description with what it must refuse: an unknown number, a page of no length, a body
that is no JSON. Each is answered with its status, none breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulators.entry.windows import CallRefused, SandboxClient

NOBODY = "NOBODY-KNOWS-7"
NO_LENGTHS = ("0", "-1", "x", "1e9")
NOT_FOUND, WRONG = frozenset({404}), frozenset({400, 422})
REFUSED = frozenset({400, 403, 404, 405, 409, 413, 415, 422})
OF_ANY = frozenset(
    {"/channels/{mailbox}/envelopes", "/digest/lines", "/epcis/epcs/{epc}/events", "/quality", "/schemas/{path}"}
    | {"/signatures/verify", "/validate", "/overseas/drafts/{code}", "/overseas/items/{code}"}
    | {"/port/charges/{number}", "/port/containers/{number}", "/commerce/licences/{number}"}
    | {"/korea/certificates/{number}"}
)
"""Calls that answer anything: they judge it, name what is not there yet, or list nothing of who has nothing."""
OF_EVERY_SANDBOX = frozenset(
    {"/absences", "/accounts", "/decisions/statistics", "/faults", "/master-data", "/pruning", "/rules"}
    | {"/sandboxes", "/scenarios", "/schemas", "/state", "/state/standing"}
    | {"/korea/tracking/cargCsclPrgsInfoQry", "/korea/tracking/persEcmQry"}
)
"""Calls that say the same for every sandbox, look at something else first, or always answer 200, as UNI-PASS does."""
Call = tuple[str, str, Mapping[str, Any], bytes | None, frozenset[int]]
"""Method, path, query, body, and the statuses of which the answer must have one."""


def wrong(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    for method, path, query, body, allowed in _calls(sandbox.call("GET", "/openapi.json")["paths"]):
        status = status_of_call(sandbox, method, path, query, body)
        if status not in allowed:
            asked = f"?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else ""
            expected = " or ".join(map(str, sorted(allowed)))
            yield f"{method} {path}{asked} {(body or b'')[:20]!r}: HTTP {status}, not {expected}"
    if (status := status_of_call(sandbox, "GET", f"/{NOBODY}")) != 404:
        yield f"a path that nobody knows is answered with HTTP {status}"
    yield from _elsewhere(sandbox, sandbox.call("GET", "/openapi.json")["paths"])


def _elsewhere(sandbox: SandboxClient, paths: Mapping[str, Any]) -> Iterator[str]:
    """The faults of calls with a method that their path does not know, and of those to a sandbox that nobody made."""
    unknown = SandboxClient(sandbox.caller, NOBODY)
    for path, calls in paths.items():
        short = path.removeprefix("/api/v1")
        method = next(name for name in ("PATCH", "DELETE", "PUT") if name.lower() not in calls)
        if "{" not in short and (status := status_of_call(sandbox, method, short, body=b"{}")) != 405:
            yield f"{method} {short}, a method that the path does not know, is answered with HTTP {status}"
        parameters = {each["name"]: each for each in calls.get("get", {}).get("parameters", ())}
        if "{" not in short and parameters and short not in OF_EVERY_SANDBOX:
            query = {**_needed(parameters), **({"mailbox": NOBODY} if "mailbox" in parameters else {})}
            if (status := status_of_call(unknown, "GET", short, query)) != 404:
                yield f"GET {short} of a sandbox that nobody made is answered with HTTP {status}"


def _calls(paths: Mapping[str, Any]) -> Iterator[Call]:
    for path, calls in paths.items():
        short = path.removeprefix("/api/v1")
        if short in OF_ANY:
            continue
        for method, call in calls.items():
            if method == "parameters":
                continue
            yield from _wrong_calls(method.upper(), short, {each["name"]: each for each in call.get("parameters", ())})


def _wrong_calls(method: str, path: str, parameters: Mapping[str, Any]) -> Iterator[Call]:
    named = [name for name, each in parameters.items() if each["in"] == "path"]
    called = path
    for name in named:
        called = called.replace(f"{{{name}}}", NOBODY)
    needed = _needed(parameters)
    if method == "GET":
        if named:
            yield method, called, needed, None, NOT_FOUND | WRONG
        if "limit" in parameters and not named:
            yield from ((method, called, {**needed, "limit": length}, None, WRONG) for length in NO_LENGTHS)
    elif method == "DELETE":
        yield method, called, {}, None, REFUSED
    else:
        yield from ((method, called, {}, body, REFUSED) for body in (b"", b"{", b"[]", b'"text"'))


def _needed(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The query parameters that a call needs, with a text that may be any."""
    return {name: NOBODY for name, each in parameters.items() if each.get("required") and each["in"] == "query"}


def status_of_call(
    sandbox: SandboxClient, method: str, path: str, query: Mapping[str, Any] | None = None, body: bytes | None = None
) -> int:
    """The HTTP status of a call; 200 for any that is answered."""
    headers: dict[str, str] = {} if body is None else {"Content-Type": "application/json"}
    try:
        sandbox.call(method, path, query=query or {}, body=body, headers=headers)
    except CallRefused as refused:
        return refused.status
    return 200
