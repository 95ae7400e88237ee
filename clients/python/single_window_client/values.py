"""Answers of a window as typed values: states of lists, receipts, clocks, parked messages."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

LISTS = frozenset({"inventory", "export_inventory"})
STAGED = "1"
"""The status of a document that is stored and not declared."""


class SentMessage(Struct, frozen=True):
    """A message that the window stored; `repeated`: it was received before."""

    id: int
    type: str
    documents: int
    repeated: bool


class ListState(Struct, frozen=True):
    """The state of a list: its numbers, state, reasons, and the latest tax bill of an import."""

    id: int
    flow: str
    order_no: str
    cop_no: str
    pre_no: str
    invt_no: str
    logistics_no: str
    state: str
    state_zh: str
    state_en: str
    lane: str
    reasons: list[dict[str, Any]] = field(default_factory=list)
    tax: dict[str, str] | None = None


class Awaited(Struct, frozen=True):
    """The state at the end of a wait: the lists and the statuses received.

    `settled`: nothing more happens unless the clock moves or a person acts."""

    declarations: list[ListState]
    documents: list[dict[str, Any]]
    given: list[str] = field(default_factory=list)
    settled: bool = False
    undeclared: list[dict[str, Any]] = field(default_factory=list)
    """What the port refused or only staged, newest first."""

    @property
    def declaration(self) -> ListState:
        """Return the list; raises `LookupError` unless there is exactly one."""
        if len(self.declarations) != 1:
            raise LookupError(f"there are {len(self.declarations)} lists, one is expected")
        return self.declarations[0]

    @property
    def state(self) -> str:
        """Return the state of the list; of one that the port did not take in `refused`, or `staged`."""
        if self.declarations or not self.undeclared:
            return self.declaration.state
        lists = [document for document in self.undeclared if document["kind"] in LISTS]
        newest = (lists or self.undeclared)[0]
        return "staged" if newest["status"] == STAGED else "refused"


class ReceivedReceipt(Struct, frozen=True):
    """A receipt as its participant receives it; `xml` is a message with only this receipt."""

    sequence: int
    type: str
    kind: str
    key: str
    order_no: str
    status: str
    status_zh: str
    status_en: str
    time: str
    info_zh: str
    info_en: str
    values: dict[str, Any] = field(default_factory=dict)
    xml: str = ""


class Clock(Struct, frozen=True):
    """A sandbox's clock; after a move also whether all due work is done (`settled`)."""

    mode: str
    now: str
    next_deadline: str | None = None
    to: str | None = None
    settled: bool = True
    open: int = 0


class Acted(Struct, frozen=True):
    """The result of an officer's act: the states before and after, and its status: done, proposed or waiting."""

    label: str
    action: str
    before: str
    after: str
    status: str
    decision: int = 0


class Parked(Struct, frozen=True):
    """A delivery that failed after all attempts."""

    id: int
    queue: str
    topic: str
    state: str
    reason: str
    attempts: int


class Audited(Struct, frozen=True):
    """The audits of a sandbox's ledgers as the call returns them.

    `given_up`: ledgers that are too large for a call; `refused`: why no audit was made."""

    ledgers: tuple[dict[str, Any], ...] = ()
    given_up: tuple[str, ...] = ()
    refused: str = ""

    @property
    def balanced(self) -> bool:
        """Return True if every ledger was audited and balances."""
        return not self.refused and not self.given_up and all(ledger["balanced"] for ledger in self.ledgers)

    @property
    def differences(self) -> list[str]:
        """Describe each difference of a ledger and each ledger that was not audited."""
        return self.first_differences(None)

    def first_differences(self, most: int | None) -> list[str]:
        """Describe at most `most` differences of each ledger, and each ledger that was not audited."""
        lines = [f"no audit was made: {self.refused}"] if self.refused else []
        lines += [f"{name} is too large for a call, and was not audited" for name in self.given_up]
        for ledger in self.ledgers:
            named = ledger["differences"][:most]
            lines += [
                f"{ledger['name']} {each['key']}: {each['what']} {each['kept']} is kept, {each['found']} was found"
                for each in named
            ]
            if more := ledger["more"] + len(ledger["differences"]) - len(named):
                lines.append(f"{ledger['name']}: {more} more; see single-window audit --all on the data")
        return lines

    @property
    def plainly(self) -> dict[str, Any]:
        """Return the audit as JSON values."""
        fields = {"balanced": self.balanced, "ledgers": list(self.ledgers), "given_up": list(self.given_up)}
        return {**fields, **({"refused": self.refused} if self.refused else {})}


class Snapshot(Struct, frozen=True):
    """A snapshot of a sandbox."""

    id: int
    label: str
    at: str
    rows: int
    bytes: int
