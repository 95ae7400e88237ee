"""Every message of a trade once more: the same bytes are answered with the first id, others under the same id with 409;
and so in an envelope. `validate` foresees both."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from simulators.entry.windows import CallRefused, SandboxClient
from simulators.probes.sending import enveloped, status_of

FLOWS = ("import", "export")
WAYS = ("bare", "in an envelope")
REUSED = "transmission-id-reused"


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong."""
    for flow in FLOWS:
        for way in WAYS:
            for code, bare in sandbox.sample(flow, f"sent again {way}").messages.items():
                body = bare if way == WAYS[0] else enveloped(code, bare)
                for complaint in _sent_again(sandbox, body):
                    yield f"{code} {way}: {complaint}"


def _sent_again(sandbox: SandboxClient, body: bytes) -> Iterator[str]:
    try:
        (first,) = sandbox.submit(body)
        (again,) = sandbox.submit(body)
    except CallRefused as refused:
        yield f"sent twice, it is answered with HTTP {refused.status}: {refused}"
        return
    if first.repeated or not again.repeated or first.id != again.id:
        yield f"sent again, it gets {again.id} (repeated: {again.repeated}) after {first.id}"
    yield from _foreseen(sandbox, body, first.id)
    if (status := status_of(sandbox, body + b"\n")) != 409:
        yield f"with other bytes under the same id it is answered with HTTP {status}, not 409"


def _foreseen(sandbox: SandboxClient, body: bytes, number: int) -> Iterator[str]:
    """The faults in what `validate` says of the same bytes and of others."""
    bodies = [b64encode(each).decode() for each in (body, body + b"\n")]
    same, other = sandbox.call("POST", "/validate", json={"messages": bodies})["messages"]
    if (same["repeats"] or {}).get("message") != number:
        yield f"validate does not say that it repeats {number}, but {same['repeats']}"
    if REUSED not in {finding["code"] for finding in other["findings"]}:
        yield f"validate does not name {REUSED} for other bytes under its id"
