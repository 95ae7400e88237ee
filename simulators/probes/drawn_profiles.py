"""Risk profiles, each with one criterion that a list just meets, and one that it just does not: the list waits for an
officer, and goes on. A profile of each is put in force for a company of its own, with everything drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, sample
from simulators.probes.changed_messages import changed
from simulators.probes.sending import now_of

CRITERIA: tuple[tuple[str, str], ...] = (
    ("value_from=300", "value_from=300.01"),
    ("value_to=300", "value_to=299.99"),
    ("goods=9619", "goods=9618"),
    ("goods=9619001100", "goods=9619001101"),
    ("origins=116", "origins=502"),
    ("modes=9610", "modes=1210"),
    ("offices=4240", "offices=4241"),
    ("flow=I", "flow=E"),
    ("share=1", "share=0"),
    ("until=2026-11-24", "companies=3702999999"),
)
"""What a sample of an import meets, a list of 300.00 yuan of the first day, and what it does not."""
LACKS, UNKNOWN = 403, 401
REVIEWED, RELEASED = "in_review", "released"
"""The states to which such lists come; those that are drawn by lot, and inspected, say nothing."""


class _DrawnTrial(NamedTuple):
    criterion: str
    meets: bool
    company: str
    trade: SampleTrade


def probe(sandbox: SandboxClient) -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may put no profile in force."""
    now = now_of(sandbox)
    tried = [
        _trial(criterion, meets, f"3702{2 * place + meets:06d}", now)
        for place, pair in enumerate(CRITERIA)
        for criterion, meets in zip(pair, (True, False), strict=True)
    ]
    today = sandbox.clock.show().now[:10]
    for each in tried:
        try:
            _put_in_force(sandbox, each, today)
        except CallRefused as refused:
            if refused.status in {LACKS, UNKNOWN}:
                return
            raise
    before = sandbox.options()["inspection"]
    sandbox.options(inspection=True)
    sandbox.submit(*(each.trade for each in tried))
    sandbox.settle()
    sandbox.options(inspection=before)
    for each in tried:
        [listed] = sandbox.state(each.trade).declarations
        if listed.state == (RELEASED if each.meets else REVIEWED):
            about = "meets" if each.meets else "does not meet"
            yield f"a list that {about} the risk profile {each.criterion} is {listed.state}"


def _trial(criterion: str, meets: bool, company: str, now: int) -> _DrawnTrial:
    trade = sample("import", f"profile {criterion}", now)
    messages = changed(trade.messages, "621", f"ebcCode={company};311.ebcCode={company}")
    return _DrawnTrial(criterion, meets, company, replace(trade, messages=messages, now=now))


def _put_in_force(sandbox: SandboxClient, trial: _DrawnTrial, today: str) -> None:
    """Draft a profile, put it in force from today on, and approve it."""
    code = f"probe-{trial.company}"
    name = trial.criterion.partition("=")[0]
    own = {"title": "probe", "lane": "review", "share": "1", "companies": trial.company}
    rule = "; ".join([f"{key}={value}" for key, value in own.items() if key != name] + [trial.criterion])
    _decided(sandbox, "", "draft", {"code": code, "profile": rule})
    decided = _decided(sandbox, f"/{code}", "put_in_force", {"since": today})
    if decided.get("status") == "proposed":
        sandbox.call("POST", f"/cases/proposal/{decided['decision']}/decisions", json={"action": "approve"})


def _decided(sandbox: SandboxClient, number: str, action: str, values: dict[str, str]) -> dict[str, Any]:
    body = {"action": action, "reason": "probe", "values": values}
    if number:
        body = {"action": action, "reason": "probe", **values}
    return dict(sandbox.call("POST", f"/cases/risk_profile{number}/decisions", json=body))
