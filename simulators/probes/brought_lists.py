"""Lists that are brought to a state of their lives, many at a time: forced when they are sent, then by acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, SampleTrade, SandboxClient, sample
from simulators.probes.changed_messages import changed
from simulators.probes.sending import anew, now_of

UNKNOWN, LACKS = 401, 403
"""Of callers who may not act as officers."""
CODE: Mapping[str, str] = {"import": "621", "export": "603"}
"""Flow → the message of its lists."""
IN_MESSAGES: Mapping[str, str] = {
    "import": "copNo+preNo={0.pre_no};assureCode+invtNo={0.invt_no}",
    "export": "copNo+preNo={0.pre_no};preNo+invtNo={0.invt_no}",
}
"""Where a list that is changed or deleted names the numbers that it was given."""
OF_LISTS: Mapping[str, Mapping[str, str]] = {
    "again": {"appType": "1"},
    "stage": {"appType": "1", "appStatus": "1"},
    "amend": {"appType": "2"},
    "delete": {"appType": "3"},
}
"""What a declarant sends again, a hundred seconds later, and with which elements."""
NUMBERED = ("amend", "delete")
"""Which of them names the numbers of the list."""
ABOUT_LISTS = ("623", "625", "605", "213")
"""Requests that name a list by its number."""
NO_NUMBER = "0" * 18
ANOTHER_BUYER = (
    "buyerIdNumber=370202199001011237;buyerName=王示例;311.buyerIdNumber=370202199001011237;311.buyerName=王示例;"
    "411.payerIdNumber=370202199001011237;411.payerName=王示例"
)
"""The lists of one buyer together would be above his yearly allowance."""
BUYER = ("buyerIdNumber", "buyerName")


class WayToState(NamedTuple):
    """The way of a list to a state: the option with which it is sent, what is forced, its change, then acts; `alone`:
    it is sent without the papers of its trade."""

    option: str = ""
    forced: str = ""
    change: str = ""
    acts: Sequence[str] = ()
    alone: bool = False


def _forced(forced: str, *acts: str) -> WayToState:
    return WayToState(forced=forced, acts=acts)


WAYS: Mapping[str, Mapping[str, WayToState]] = {
    "import": {
        "expired": WayToState(change="appStatus=1"),
        "staged": WayToState(change="appStatus=1"),
        "declared": WayToState(alone=True),
        "accepted": WayToState(option="require_179"),
        "awaiting_arrival": WayToState(option="await_arrival"),
        "in_review": _forced("review"),
        "suspended": _forced("review", "suspend"),
        "asked": _forced("review", "ask"),
        "under_inspection": _forced("inspect"),
        "detained": _forced("inspect", "detain"),
        "rejected": _forced("review", "reject"),
        "sent_back": _forced("inspect", "send_back"),
        "released": WayToState(),
        "closed": WayToState(acts=("close",)),
        "cancelled": _forced("review", "623"),
        "deleted": _forced("review", "reject", "delete"),
    },
    "export": {
        "expired": WayToState(change="appStatus=1"),
        "staged": WayToState(change="appStatus=1"),
        "declared": WayToState(alone=True),
        "awaiting_arrival": WayToState(),
        "in_review": _forced("review", "507"),
        "asked": _forced("review", "507", "ask"),
        "under_inspection": _forced("inspect", "507"),
        "rejected": _forced("review", "507", "reject"),
        "sent_back": _forced("inspect", "507", "send_back"),
        "released": WayToState(acts=("507",)),
        "cancelled": WayToState(acts=("605",)),
        "deleted": _forced("review", "507", "reject", "delete"),
    },
}
"""Flow → state → how a list comes to it."""


class BroughtList(NamedTuple):
    """A list of a sandbox, and what is to be tried on it (empty: everything that leaves it as it is)."""

    sandbox: SandboxClient
    flow: str
    state: str
    act: str
    trade: SampleTrade

    def send(self, act: str, seconds: int = 200) -> bytes:
        """Send what the declarant can send about the list, so many seconds later than the list; returns it."""
        body = self._message(act, str(int(self.trade.value("appTime", CODE[self.flow])) + seconds))
        self.sandbox.submit(body)
        return body

    def decide(self, act: str, **values: Any) -> str:
        """Act as an officer; returns the status of the act, or of the refusal."""
        try:
            return self.sandbox.decide(self.number, act, "与申报不符", **values).status
        except CallRefused as refused:
            if refused.status in {UNKNOWN, LACKS}:
                raise
            return str(refused.status)

    def offered(self) -> set[str]:
        """The acts that an officer is offered."""
        return {each["action"] for each in self.sandbox.decidable(self.number)["acts"]}

    def do(self, act: str) -> None:
        """Do what brings the list on."""
        if is_message(act):
            self.send(act, 100)
        else:
            self.decide(act)

    @property
    def number(self) -> str:
        """Return the number by which officers find it."""
        return self.trade.value("copNo", CODE[self.flow])

    def _message(self, act: str, later: str) -> bytes:
        code = CODE[self.flow]
        named = act in ABOUT_LISTS or act in NUMBERED
        listed = self.sandbox.state(self.trade).declarations if named else []
        if act in OF_LISTS:
            body = self.trade.messages[code]
            if listed:
                body = changed(self.trade.messages, code, IN_MESSAGES[self.flow].format(listed[0]))[code]
            return anew(body, appTime=later, **{"appStatus": "2", **OF_LISTS[act]})
        if act in ABOUT_LISTS:
            number = listed[0].invt_no if listed and listed[0].invt_no else NO_NUMBER
            buyer = {name: self.trade.value(name, "621") for name in BUYER} if self.flow == "import" else {}
            return anew(self.trade.further(act, invtNo=number, **buyer).messages[act], appTime=later)
        paper, _, kind = act.partition("/")
        if not kind:
            return anew(self.trade.further(act).messages[act], appTime=later)
        return anew(self.trade.messages[paper], appTime=later, appType=kind)


def is_message(act: str) -> bool:
    """True for what a declarant sends, false for what an officer does."""
    return act in OF_LISTS or act[:1].isdigit()


def brought(sandbox: SandboxClient, wanted: Iterable[tuple[str, str, str]]) -> list[BroughtList]:
    """Bring one list to each state that is wanted (flow, state, what is to be tried), in a few rounds for all."""
    now = now_of(sandbox)
    lists = [
        BroughtList(sandbox, flow, state, act, _trade(flow, state, f"{flow} {state} {act or 'refused'}", place, now))
        for place, (flow, state, act) in enumerate(wanted)
    ]
    ways = [WAYS[each.flow][each.state] for each in lists]
    for group in dict.fromkeys((way.option, way.forced) for way in ways):
        _send(sandbox, *group, [(each, way) for each, way in zip(lists, ways, strict=True) if way[:2] == group])
    for turn in range(max(len(way.acts) for way in ways)):
        for each, way in zip(lists, ways, strict=True):
            if len(way.acts) > turn:
                each.do(way.acts[turn])
        sandbox.settle()
    return lists


def _trade(flow: str, state: str, key: str, place: int, now: int) -> SampleTrade:
    way, trade = WAYS[flow][state], sample(flow, f"in states {key}", now)
    change = way.change + (f";{ANOTHER_BUYER}" if flow == "import" and place % 2 else "")
    return replace(trade, messages=changed(trade.messages, CODE[flow], change), now=now)


def _send(sandbox: SandboxClient, option: str, forced: str, lists: Sequence[tuple[BroughtList, WayToState]]) -> None:
    sandbox.options(require_179=option == "require_179", await_arrival=option == "await_arrival")
    for each, way in lists:
        bodies = each.trade.messages
        if forced:
            sandbox.force(match={"type": CODE[each.flow], "order": each.trade.order_no}, do={"do": forced})
        sandbox.submit(*([bodies[CODE[each.flow]]] if way.alone else bodies.values()))
    sandbox.settle()
