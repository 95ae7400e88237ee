"""Probes what pruning leaves: what was told of containers whose parcels still wait for their loading, and files that
another case has, too."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from simulators.entry.windows import CallRefused, SandboxClient, WindowClient, change_elements, sample
from simulators.probes.sending import now_of

MOMENT = {"mode": "frozen", "at": "2026-11-24T08:00:00+08:00"}
DAY_AFTER, KEPT_UNTIL, LATER = "2026-11-25", "2029-11-25T08:00:00+08:00", "2029-11-25"
CARRIER = "3702961003"
BOXES = ("QDXU1000015", "QDXU1000020")
"""Containers, the second of which has a parcel that is not loaded."""
FILE = b"a,b\n1,2\n"
DONE, NOT_FOUND = 200, 404


def complaints(owner: WindowClient) -> Iterator[str]:
    """Yield what is wrong with what the owner of a window prunes."""
    sandbox = owner.make_sandbox("beside", "ci", "beside", MOMENT)
    yield from _containers(sandbox)
    yield from _files(sandbox)


def _containers(sandbox: SandboxClient) -> Iterator[str]:
    """Of two containers of which all was told long ago, the one whose parcel is not loaded stays."""
    sandbox.options(port="full")
    now = now_of(sandbox)
    gone, waiting = BOXES
    for number, box in enumerate((gone, waiting)):
        told = sample("TerminalEvent", f"pruned {number}", now).messages["TerminalEvent"]
        said = {"containerNo": box, "docNo": f"D{number}", "billNo": "", "bookingNo": ""}
        sandbox.submit(change_elements(told, said))
    packed = sample("PortPackingList", "pruned", now).messages["PortPackingList"]
    said = {"containerNo": waiting, "agentCode": CARRIER, "logisticsCode": CARRIER, "billNo": ""}
    sandbox.submit(change_elements(packed, said))
    sandbox.settle()
    counted = sandbox.call("GET", "/pruning", query={"before": DAY_AFTER})["events"]
    sandbox.call("POST", "/pruning", json={"before": DAY_AFTER})
    left = [box for box in (gone, waiting) if sandbox.call("GET", f"/port/containers/{box}")["stays"]]
    if counted != 1 or left != [waiting]:
        yield f"of two containers, one with a parcel that is not loaded, {counted} events are pruned, and {left} stay"


def _files(sandbox: SandboxClient) -> Iterator[str]:
    """The papers of a list that ended are dropped, with its file; another case that has the same file keeps it."""
    ended, waiting = (sandbox.sample("import", f"pruned file {number}") for number in range(2))
    for trade, outcome in ((ended, "rejected"), (waiting, "reviewed")):
        sandbox.submit(trade, X_Scenario=outcome)
    sandbox.settle()
    paths = [f"/cases/declaration/{trade.order_no}/files" for trade in (ended, waiting)]
    for path in paths:
        sandbox.call("POST", path, query={"name": "a.csv"}, body=FILE, headers={"Content-Type": "text/csv"})
    sandbox.clock.advance(to=KEPT_UNTIL)
    if sandbox.call("POST", "/pruning", json={"before": DAY_AFTER, "trades": True})["imports"] != 1:
        yield "of a list that ended and one that waits not one is dropped"
    found = [_status(sandbox, f"{path}/{sha256(FILE).hexdigest()}") for path in paths]
    if found != [NOT_FOUND, DONE]:
        yield f"a file of two cases, of which one was dropped, is answered with HTTP {found}"


def _status(sandbox: SandboxClient, path: str) -> int:
    try:
        sandbox.call("GET", path)
    except CallRefused as refused:
        return refused.status
    return DONE
