"""Acts that a second officer must approve above an amount: a program that acts as an officer carries them out at
exactly the amount, and only proposes them a fen above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from simulators.entry.windows import CallRefused, WindowClient
from simulators.probes.rights import LACKS, UNKNOWN, holder_of
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario

STATUSES: Mapping[str, str] = {"refund-of-100000": "done", "refund-of-100000-and-a-fen": "proposed"}
"""A scenario that ends with a claim that was taken in → what becomes of its approval by one officer."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    for name, expected in STATUSES.items():
        played = play(client, read_scenario(shipped_scenarios()[name]), keep=True, parent=under)
        sandbox = client.sandbox(played.sandbox)
        try:
            with ExitStack() as opened:
                [claim] = sandbox.call("GET", "/refunds")["refunds"]
                officer = holder_of(client, sandbox, opened, [], ["act_as_officer"])
                status = officer.decide(claim["cop_no"], "approve", "单证齐全", "refund_claim").status
                if status != expected:
                    yield f"{name}: the approval of one officer is {status}, and should be {expected}"
        except CallRefused as refused:
            if refused.status not in {LACKS, UNKNOWN}:
                raise
        finally:
            sandbox.delete()
