"""Measures a load while it runs: each message's answer, its first receipt, and the final status of its list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import msgspec

from simulators.entry.sending import ACCEPTED, SentAnswer
from simulators.load.made import LoadMessage
from simulators.receipt_log import read_receipts
from simulators.receipt_polls import Receipts

_ABOUT = re.compile(r"<(?:\w+:)?(?:guid|oriCopMsgId)>([^<]+)<")
"""The guid that a receipt answers: of a document, or of a message that was refused as a whole."""
BILL = "816"
_TIME = re.compile(r"<(?:\w+:)?returnTime>(\d{14})")
LISTS = {"621": "622", "603": "604"}
"""Messages of lists, and their receipts."""
ENDS = frozenset({"100", "300", "500", "800", "899"})
"""Statuses of a list after which nothing more comes without an officer or a further document."""


@dataclass(slots=True)
class Track:
    """One message. Milliseconds since it was due, until its answer and its first receipt; until the end of its list,
    since the latest message of the trade was due; None: not so far. `refused_for` are the codes of a refusal;
    `turned_away`: the window was too busy for it (503); `limited`: the sender had sent all that he may (429)."""

    item: LoadMessage
    due: float
    status: int = -1
    answered: float | None = None
    first_receipt: float | None = None
    ended: float | None = None
    refused_for: tuple[str, ...] = ()
    turned_away: bool = False
    limited: bool = False

    @property
    def not_now(self) -> bool:
        """True if it was refused temporarily and could have been sent again."""
        return self.turned_away or self.limited


@dataclass(slots=True, frozen=True)
class TimedReceipt:
    """One receipt: when it came (seconds after the start), for whom, of which type, about what, with which status, and
    the codes that it names. `bill`: what stands in a tax bill, with its lines under `lines`; `time`: its return time,
    yyyyMMddHHmmss."""

    at: float
    mailbox: str
    sequence: int
    code: str
    key: str
    trade: str
    status: str
    codes: tuple[str, ...]
    bill: Mapping[str, Any] = field(default_factory=dict)
    time: str = ""


@dataclass
class Measurement:
    """Messages and receipts of a load, as answers and polls bring them; threads may call it side by side."""

    tracks: list[Track]
    now: Callable[[], float] = lambda: 0.0
    """Returns the seconds since the start."""
    received: list[TimedReceipt] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    complete: Event = field(default_factory=Event)
    """Set when no sent message is waiting for a receipt."""

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._by_guid = {track.item.guid: track for track in reversed(self.tracks) if track.item.guid}
        self._by_guid |= {track.item.transmission: track for track in self.tracks if track.item.guid}
        self._by_key: dict[tuple[str, str], Track] = {}
        self._dues: dict[str, list[float]] = {}
        for track in self.tracks:
            self._dues.setdefault(track.item.trade, []).append(track.due)
        self._open: set[str] = set()
        self._sending = True

    def answered(self, answered: SentAnswer) -> None:
        """Record the answer to a message."""
        track = self.tracks[answered.sent.place]
        with self._lock:
            self.statuses[answered.status] += 1
            track.status, track.answered, track.refused_for = answered.status, answered.late, _codes(answered.refusal)
            track.turned_away, track.limited = answered.turned_away, answered.limited
            if answered.status == ACCEPTED and track.first_receipt is None and track.item.guid:
                self._open.add(track.item.guid)

    def receive(self, mailbox: str, receipts: Receipts) -> None:
        """Record receipts in the API's form."""
        now = self.now()
        with self._lock:
            for receipt in receipts:
                self._note(now, mailbox, receipt)
            self._look()

    def all_sent(self) -> None:
        """Record that nothing more will be sent."""
        with self._lock:
            self._sending = False
            self._look()

    def by_trade(self) -> dict[str, list[TimedReceipt]]:
        """The received receipts, by trade."""
        by_trade: dict[str, list[TimedReceipt]] = {}
        for receipt in self.received:
            by_trade.setdefault(receipt.trade, []).append(receipt)
        return by_trade

    @property
    def without_receipt(self) -> int:
        """Count the accepted messages that have no receipt yet."""
        return len(self._open)

    def _look(self) -> None:
        if not self._sending and not self._open:
            self.complete.set()

    def _named_in(self, xml: str) -> Track | None:
        named_there = (self._by_guid.get(name) for name in _ABOUT.findall(xml))
        return next((track for track in named_there if track), None)

    def _note(self, now: float, mailbox: str, receipt: Mapping[str, Any]) -> None:
        code, about = receipt["type"].removeprefix("CEB").removesuffix("Message"), (receipt["type"], receipt["key"])
        track = self._named_in(receipt["xml"]) or self._by_key.get(about)
        trade = track.item.trade if track else receipt["order_no"] if receipt["order_no"] in self._dues else ""
        codes = tuple(str(code) for code in codes_in(receipt["info_zh"]))
        bill = _bill(mailbox, receipt["xml"]) if code == BILL else {}
        about_it = (code, receipt["key"], trade, receipt["status"], codes, bill, _time(receipt["xml"]))
        self.received.append(TimedReceipt(now, mailbox, receipt["sequence"], *about_it))
        if track is None:
            return
        self._by_key.setdefault(about, track)
        if track.first_receipt is None:
            track.first_receipt = (now - track.due) * 1_000
            self._open.discard(track.item.guid)
        if track.ended is None and LISTS.get(track.item.code) == code and ends(receipt["status"]):
            track.ended = (now - max(due for due in self._dues[track.item.trade] if due <= max(now, track.due))) * 1_000


def _time(xml: str) -> str:
    match = _TIME.search(xml)
    return match[1] if match else ""


def _bill(mailbox: str, xml: str) -> dict[str, Any]:
    """Read a tax bill; a text that cannot be parsed is put under `unreadable`."""
    received = read_receipts(mailbox, [xml.encode()])
    for receipt in received.receipts:
        return {**receipt.head, "lines": receipt.lines}
    return {"unreadable": received.wrong[0].why}


def ends(status: str) -> bool:
    """True if nothing more comes automatically after this status of a list."""
    return status in ENDS or status.startswith("-")


def codes_in(info: str) -> list[str]:
    """The codes in the text of a receipt."""
    return [part.partition(";")[0].partition("]")[0] for part in info.split("Code:")[1:]]


def _codes(body: bytes) -> tuple[str, ...]:
    """The codes of the findings in a refusal; none if it has no findings."""
    if not body:
        return ()
    try:
        answer = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return ()
    findings: Sequence[Any] = answer.get("findings", []) if isinstance(answer, dict) else []
    return tuple(str(finding.get("code", "")) for finding in findings if isinstance(finding, dict))
