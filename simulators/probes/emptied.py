"""Sandboxes that are emptied and deleted: after a reset imported stock may be drawn again to its end, and what was sent
before is unknown; a key of a deleted sandbox opens nothing, not even a new sandbox of its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from simulators.entry import monotonic
from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.rights import LACKS, UNKNOWN, holder_of
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario

MOMENT = "2026-11-24T08:00:00+08:00"
DRAWN_TO_ITS_END = "imported-stock-drawn-to-its-end"
"""The scenario that ends with a released list, which has drawn all stock of its account book."""
RELEASED = "released"
KNOWN_TO_ALL_SECONDS = 2.0


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; `under` is the prefix of the sandboxes' names."""
    played = play(client, read_scenario(shipped_scenarios()[DRAWN_TO_ITS_END]), keep=True, parent=under)
    sandbox = client.sandbox(played.sandbox)
    try:
        yield from _reset(sandbox)
    finally:
        sandbox.delete()
    yield from _deleted(client, under)


def _reset(sandbox: SandboxClient) -> Iterator[str]:
    sent = [sandbox.call("GET", f"/messages/{row['id']}/body") for row in reversed(sandbox.messages())]
    sandbox.reset()
    if left := [*_states(sandbox), *sandbox.messages()]:
        yield f"after a reset there are {len(left)} lists and messages of before"
    if any(answer.repeated for answer in sandbox.submit(*sent)):
        yield "after a reset a message of before is answered as a repetition"
    sandbox.settle()
    if (states := _states(sandbox)) != [RELEASED]:
        yield f"after a reset a list that draws all imported stock is {' '.join(states) or 'unknown'}, not {RELEASED}"


def _states(sandbox: SandboxClient) -> list[str]:
    return [str(row["state"]) for row in sandbox.call("GET", "/declarations")["declarations"]]


def _deleted(client: WindowClient, under: str) -> Iterator[str]:
    """The faults of a key whose sandbox was deleted and made again; none where the caller may make no keys."""
    with fresh_sandbox(client, "deleted", "probes", MOMENT, under=under) as sandbox, ExitStack() as opened:
        try:
            holder = holder_of(client, sandbox, opened, [], ["control_tests"])
        except CallRefused as refused:
            if refused.status in {UNKNOWN, LACKS}:
                return
            raise
        if (status := _status(holder)) != 200:
            yield f"a key is answered with HTTP {status}"
        sandbox.delete()
        client.make_sandbox(sandbox.name)
        if (status := _status_in_the_end(holder)) != UNKNOWN:
            yield f"the key of a sandbox that was deleted and made again is answered with HTTP {status}, not {UNKNOWN}"


def _status_in_the_end(holder: SandboxClient) -> int:
    """The status for the holder of a key that is over, as soon as all processes of the window know it."""
    until, status = monotonic() + KNOWN_TO_ALL_SECONDS, _status(holder)
    while status != UNKNOWN and monotonic() < until:
        status = _status(holder)
    return status


def _status(holder: SandboxClient) -> int:
    """The HTTP status with which a sandbox is shown to the holder of a key."""
    try:
        holder.control("GET")
    except CallRefused as refused:
        return refused.status
    return 200
