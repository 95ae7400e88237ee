"""Every message of a trade once more: the same bytes are answered with the first id, others under the same id with 409;
and so in an envelope."""

from __future__ import annotations

from collections.abc import Iterator

from simulators.entry.places import CallRefused, SandboxClient
from simulators.probes.sending import enveloped, status_of

FLOWS = ("import", "export")
WAYS = ("bare", "in an envelope")


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
    if (status := status_of(sandbox, body + b"\n")) != 409:
        yield f"with other bytes under the same id it is answered with HTTP {status}, not 409"
