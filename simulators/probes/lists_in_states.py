"""Lists in every state of their lives, with everything that can be done to them: each act of an officer, and each
message that a declarant can send about a list or its papers. `lists_in_states.csv` says what is allowed and what comes
of it, by the lifecycles; an act that does not stand there is refused, and what is refused leaves the list as it is."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.entry.windows import CallRefused, ReceivedReceipt, SandboxClient, WindowClient, fresh_sandbox
from simulators.probes.brought_lists import LACKS, UNKNOWN, WAYS, BroughtList, brought, is_message

MOMENT = "2026-11-24T08:00:00+08:00"
STAGED_DAYS = "31d"
"""A staged list is expired after these."""
EXPIRED = "expired"
OFFICERS = (
    *("approve", "ask", "cancel", "close", "conclude", "detain", "inspect", "reject", "release", "remind", "revalue"),
    *("review", "send_back", "suspend", "withdraw"),
)
"""What officers try, beside the acts that the table allows."""
VALUES: Mapping[str, Mapping[str, Any]] = {"revalue": {"method": "similar", "prices": {"1": "101", "2": "100"}}}
"""What an act needs beside its reason."""
GUARANTEE = {"assure_code": "3702960002", "name": "足额担保（模拟）", "amount": "1000000"}
"""For the taxes of all lists together."""
STAGED_ONLY = (EXPIRED, "staged")
"""States in which there is no list for officers so far."""
DONE, REFUSED = "done", "422"
_CODE = re.compile(r"Code:(\d+)")
_OWN_NUMBER = re.compile(r"<(?:\w+:)?co(?:pNo|ElNo)>([^<]+)<")
_OWN = re.compile(r"<(?:\w+:)?guid>([^<]+)<")

Lists = Mapping[tuple[str, str, str], BroughtList]
"""Flow, state, and what is tried on it → a list; nothing: all that leaves a list as it is."""


class ActOnList(NamedTuple):
    """An act on a list: its flow and state, the act of an officer or the message, the state that follows
    (empty: that of before), and the statuses and codes of the receipts, in their order."""

    flow: str
    state: str
    act: str
    to: str
    told: str

    @property
    def alone(self) -> bool:
        """Return whether it is tried on a list of its own: it changes something."""
        return bool(self.to or self.told) and not re.search(r"(^-| -|^2 100)", self.told)


class TriedAct(NamedTuple):
    """An act that was tried on a list: the row, the status of an officer's act and the one it should have, and the guid
    and number of a declarant's message."""

    row: ActOnList
    listed: BroughtList
    status: str
    own: frozenset[str]
    wanted: str

    def explains(self, receipt: ReceivedReceipt) -> bool:
        """True if a receipt is about the message."""
        return receipt.key.rpartition("|")[2] in self.own or any(name in receipt.xml for name in self.own)


def table() -> Sequence[ActOnList]:
    """All rows of the table."""
    text = files(__package__).joinpath("lists_in_states.csv").read_text("utf-8")
    return [ActOnList(**row) for row in csv.DictReader(text.splitlines())]


def probe(client: WindowClient, under: str = "") -> Iterator[str]:
    """Yield what is wrong; nothing where the caller may not act as an officer."""
    with fresh_sandbox(client, "lists in states", "probes", MOMENT, under=under) as sandbox:
        try:
            sandbox.import_master_data("guarantees", [GUARANTEE])
            rows = table()
            lists = _brought(sandbox, rows)
            yield from _offered(lists, rows)
            for tried, found in _tried_acts(sandbox, lists, rows):
                if found != tried.row or tried.status != tried.wanted:
                    about = f"an {found.flow} list that is {found.state}, {found.act}"
                    yield f"{about}: {_words(found)} {tried.status}, and should be {_words(tried.row)}"
        except CallRefused as refused:
            if refused.status not in {LACKS, UNKNOWN}:
                raise


def _words(row: ActOnList) -> str:
    return f"{row.to or 'as before'}, told {row.told or 'nothing'}"


def _offered(lists: Lists, rows: Sequence[ActOnList]) -> Iterator[str]:
    """The faults of the acts that officers are offered in each state."""
    for (flow, state, act), listed in lists.items():
        if not act and state not in STAGED_ONLY:
            wanted = {row.act for row in rows if (row.flow, row.state) == (flow, state) and not is_message(row.act)}
            if (found := listed.offered()) != wanted:
                yield f"about an {flow} list that is {state} officers are offered {sorted(found)}, not {sorted(wanted)}"


def _tried_acts(
    sandbox: SandboxClient, lists: Lists, rows: Sequence[ActOnList]
) -> Iterator[tuple[TriedAct, ActOnList]]:
    """Try what rows say, each with what was found; and on one list of each state what no row allows, which must be
    refused and leave it as it is."""
    before, seen = _states(sandbox), {box: _last(sandbox, box) for box in _boxes(sandbox)}
    tried = [_tried(row, lists[row.flow, row.state, row.act if row.alone else ""]) for row in rows]
    tried += _forbidden(lists, rows)
    sandbox.settle()
    after = _states(sandbox)
    told = [receipt for box, last in seen.items() for receipt in sandbox.receipts(box, after=last)]
    for each in tried:
        order = each.listed.trade.order_no
        to = after.get(order, "") if after.get(order) != before.get(order) else ""
        yield each, each.row._replace(to=to, told=_told(each, told, tried))


def _brought(sandbox: SandboxClient, rows: Sequence[ActOnList]) -> Lists:
    wanted = [(flow, state, "") for flow, ways in WAYS.items() for state in ways]
    wanted += [(row.flow, row.state, row.act) for row in rows if row.alone]
    early = [each for each in wanted if each[1] == EXPIRED]
    lists = brought(sandbox, early)
    sandbox.clock.advance(STAGED_DAYS)
    lists += brought(sandbox, [each for each in wanted if each[1] != EXPIRED])
    sandbox.options(require_179=False, await_arrival=False)
    return dict(zip([*early, *(each for each in wanted if each[1] != EXPIRED)], lists, strict=True))


def _boxes(sandbox: SandboxClient) -> list[str]:
    return [row["mailbox"] for row in sandbox.call("GET", "/mailboxes")["mailboxes"]]


def _last(sandbox: SandboxClient, box: str) -> int:
    return max((receipt.sequence for receipt in sandbox.receipts(box)), default=0)


def _states(sandbox: SandboxClient) -> Mapping[str, str]:
    """Order number → state of its list."""
    states: dict[str, str] = {}
    query: dict[str, object] = {"limit": 500}
    while True:
        page = sandbox.call("GET", "/declarations", query=query)
        for row in page["declarations"]:
            states.setdefault(row["order_no"], row["state"])
        if not page["next"]:
            return states
        query["before"] = page["next"]


def _tried(row: ActOnList, listed: BroughtList) -> TriedAct:
    if is_message(row.act):
        body = listed.send(row.act).decode()
        own = {*_OWN.findall(body), *_OWN_NUMBER.findall(body)} - {listed.number}
        return TriedAct(row, listed, "", frozenset(own), "")
    return TriedAct(row, listed, listed.decide(row.act, **VALUES.get(row.act, {})), frozenset(), DONE)


def _forbidden(lists: Lists, rows: Sequence[ActOnList]) -> Iterator[TriedAct]:
    """Try all acts of officers that no row allows."""
    allowed = {(row.flow, row.state, row.act) for row in rows}
    for (flow, state, act), listed in lists.items():
        if not act and state not in STAGED_ONLY:
            for forbidden in OFFICERS:
                if (flow, state, forbidden) not in allowed:
                    status = listed.decide(forbidden, **VALUES.get(forbidden, {}))
                    yield TriedAct(ActOnList(flow, state, forbidden, "", ""), listed, status, frozenset(), REFUSED)


def _told(one: TriedAct, receipts: Sequence[ReceivedReceipt], tried: Sequence[TriedAct]) -> str:
    """The statuses and codes about what was tried: of a message on a list on which more is tried, those about it; of a
    refused act, those about its list that no message explains; and otherwise all about the list."""
    about = [each for each in receipts if each.order_no == one.listed.trade.order_no or one.explains(each)]
    if not one.row.alone:
        others = [each for each in tried if each.listed is one.listed and each.own and each is not one]
        about = [each for each in about if one.explains(each) or not any(other.explains(each) for other in others)]
    return " ".join("/".join([each.status, *sorted(set(_CODE.findall(each.xml)))]) for each in about)
