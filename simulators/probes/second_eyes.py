"""Acts that a second officer must approve. Up to and including the dated amount one officer suffices: his act is
carried out. One fen above it his act is only a proposal, which he cannot approve himself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient
from simulators.probes.rights import LACKS, UNKNOWN, holder_of
from simulators.scenarios.locating import shipped_scenarios
from simulators.scenarios.playing import play
from simulators.scenarios.scenario_files import read_scenario

DONE, PROPOSED = "done", "proposed"
NOT_DONE = 422


class OneOfficer(NamedTuple):
    """An act of one officer about the case that a scenario ends with, and its status."""

    scenario: str
    about: str
    action: str
    status: str
    values: Mapping[str, Any] = {}

    @property
    def words(self) -> str:
        """The act, for people."""
        return " ".join([self.scenario, self.action, *map(str, self.values.get("prices", {}).values())])


def _revalued(price: str, status: str) -> OneOfficer:
    """The only line of a list that declares 1.00 yuan gets a price."""
    return OneOfficer(
        "import-price-low", "declaration", "revalue", status, {"method": "similar", "prices": {"1": price}}
    )


ACTS: Sequence[OneOfficer] = (
    OneOfficer("refund-of-100000", "refund_claim", "approve", DONE),
    OneOfficer("refund-of-100000-and-a-fen", "refund_claim", "approve", PROPOSED),
    _revalued("1001.00", DONE),
    _revalued("1001.01", PROPOSED),
    OneOfficer("list-under-inspection", "declaration", "detain", DONE),
    OneOfficer("list-under-inspection", "declaration", "detain_for_smuggling", PROPOSED),
    OneOfficer("inspection-detain", "declaration", "conclude", PROPOSED),
)
LISTED = {"refund_claim": ("/refunds", "refunds", "cop_no"), "declaration": ("/declarations", "declarations", "cop_no")}
"""Kind of case → the call that lists it, its list there, and the number by which an officer decides."""


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may make no keys."""
    for act in ACTS:
        played = play(client, read_scenario(shipped_scenarios()[act.scenario]), keep=True, parent=under)
        sandbox = client.sandbox(played.sandbox)
        try:
            yield from _complaints(client, sandbox, act)
        except CallRefused as refused:
            if refused.status not in {LACKS, UNKNOWN}:
                raise
        finally:
            sandbox.delete()


def _complaints(client: WindowClient, sandbox: SandboxClient, act: OneOfficer) -> Iterator[str]:
    """Do an act as one officer: its status, and whether the case has moved."""
    path, name, number = LISTED[act.about]
    [before] = sandbox.call("GET", path)[name]
    with ExitStack() as opened:
        officer = holder_of(client, sandbox, opened, [], ["act_as_officer"])
        acted = officer.decide(before[number], act.action, "单证齐全", act.about, **act.values)
        status = acted.status
        if status == PROPOSED and _approves(officer, acted.decision):
            yield f"{act.words}: the officer who proposes it approves it himself"
    if status != act.status:
        yield f"{act.words}: the act of one officer is {status}, and should be {act.status}"
    sandbox.settle()
    [after] = sandbox.call("GET", path)[name]
    if (after["state"] == before["state"]) != (act.status == PROPOSED):
        yield f"{act.words}: {act.status} by one officer, the case is {after['state']}, and was {before['state']}"


def _approves(officer: SandboxClient, decision: int) -> bool:
    """True if an officer may approve this proposal."""
    try:
        officer.decide(str(decision), "approve", about="proposal")
    except CallRefused as refused:
        if refused.status != NOT_DONE:
            raise
        return False
    return True
