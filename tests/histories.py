"""A model of a window that makes no mistakes, with a client who sees a part of what it does, and planted mistakes.

`python -m tests.histories 100000 > seen.jsonl` writes the observations of that many messages.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from declarations.lifecycle import allowed_transitions
from single_window.histories.lines import encode
from single_window.histories.observations import (
    RECEIVED,
    SENT,
    Acknowledged,
    BalanceOpened,
    BalanceRead,
    Draw,
    Observation,
    Polled,
    SeenReceipt,
    Sent,
    SentDocument,
    StateRead,
    WholeHistory,
)

SENDERS = ("DXP1", "DXP2", "DXP3")
ACCOUNTS = ("stock T1 1", "stock T1 2")
ENDED = ("rejected", "sent_back", "cancelled", "deleted", "expired")
REPEATED = "-621055"
OPEN_LISTS = 500
"""Lists among which one is chosen to go on, so that a long history has old ones that are over."""


@dataclass
class ModelList:
    """A list in the model: who sent it, its versions, its state and what it holds of accounts."""

    key: str
    sender: str
    document: SentDocument
    transmission: str
    state: str = "declared"
    held: dict[str, Decimal] = field(default_factory=dict)


class Model:
    """A window, and what its clients observe, as a generator of choices decides."""

    def __init__(self, random: Random, cut_off: bool = False) -> None:
        self.random, self.cut_off, self.now, self.messages = random, cut_off, 1_000_000, 0
        self.seen: list[Observation] = [BalanceOpened(0, account) for account in ACCOUNTS]
        self.lists: list[ModelList] = []
        self.taken = dict.fromkeys(ACCOUNTS, Decimal(0))
        self.pending: dict[str, list[SeenReceipt]] = {sender: [] for sender in SENDERS}
        self.places = dict.fromkeys(SENDERS, 0)
        self.polled = dict.fromkeys(SENDERS, 0)
        self.ids = 0

    def history(self, steps: int) -> list[Observation]:
        """What was seen after some steps, until nothing is left to be seen."""
        acts = (self.send, self.send, self.go_on, self.go_on, self.go_on, self.go_on, self.cancel, self.repeat)
        acts += (self.amend, self.poll, self.read_balance, self.read_state)
        for _ in range(steps):
            self._later()
            self.random.choice(acts)()
        for sender in SENDERS:
            self._poll(sender)
        self._later(100_000)
        self.seen += [WholeHistory(self.now, SENT), WholeHistory(self.now, RECEIVED)]
        self.seen += [BalanceRead(self.now, name, amount, settled=True) for name, amount in self.taken.items()]
        return self.seen

    def _later(self, most: int = 5) -> None:
        self.now += self.random.randint(0, most) if most < 100 else most

    def _list(self) -> ModelList | None:
        recent = self.lists[-OPEN_LISTS:]
        return self.random.choice(recent) if recent else None

    # what clients do

    def send(self) -> None:
        """A client sends a new list."""
        sender = self.random.choice(SENDERS)
        key = f"EBC|D{len(self.lists)}"
        document = SentDocument("inventory", key, "v1", draws=self._draws())
        listed = ModelList(key, sender, document, f"T{key}")
        self._send(sender, listed.transmission, document)
        self.lists.append(listed)
        self._tell(listed, "2")

    def _draws(self) -> tuple[Draw, ...]:
        return tuple(Draw(name, Decimal(self.random.randint(1, 9))) for name in ACCOUNTS if self.random.random() < 0.6)

    def _send(self, sender: str, transmission: str, document: SentDocument, digest: str = "d1") -> None:
        self.messages += 1
        self.seen.append(Sent(self.now, sender, transmission, digest, (document,)))
        self._later()
        self.ids += 1
        if not (self.cut_off and self.random.random() < 0.1):
            self.seen.append(Acknowledged(self.now, sender, transmission, 202, f"{self.ids}", digest))

    def repeat(self) -> None:
        """A client sends again: the same transmission, another one of the same content, or other bytes."""
        if (listed := self._list()) is None:
            return
        way = self.random.choice(("same", "again", "other"))
        if way == "again":
            self._send(listed.sender, f"T{listed.key}-{self.messages}", listed.document)
            self._answer(listed.sender, "inventory", listed.key, REPEATED)
            return
        sent = (seen for seen in self.seen if isinstance(seen, Acknowledged))
        first = next((seen for seen in sent if seen.transmission == listed.transmission), None)
        if first is None or len(self.lists) > OPEN_LISTS:
            return
        if way == "same":
            self.seen.append(Sent(self.now, listed.sender, first.transmission, first.digest))
            self.seen.append(replace(first, at=self.now))
        else:
            self.seen.append(replace(first, at=self.now, status=409, id="", digest="d2"))

    def amend(self) -> None:
        """A client sends a rejected list again, with other goods."""
        listed = self._list()
        if listed is None or listed.state != "rejected":
            return
        listed.document = replace(listed.document, version=f"w{self.messages}", draws=self._draws())
        self._send(listed.sender, f"T{listed.key}-{self.messages}", listed.document)
        listed.state = "declared"
        self._tell(listed, "2")

    def cancel(self) -> None:
        """A client asks to cancel a list."""
        if (listed := self._list()) is None:
            return
        key = f"AGENT|C{self.messages}"
        self._send(listed.sender, f"T{key}", SentDocument("cancellation", key, "v1", listed.key))
        self._answer(listed.sender, "cancellation", key, "2")
        if "cancel" not in {step.action for step in allowed_transitions(listed.state, flow="I")}:
            self._answer(listed.sender, "cancellation", key, "100")
            return
        self._give_back(listed)
        listed.state = "cancelled"
        for status in ("120", "399"):
            self._answer(listed.sender, "cancellation", key, status)

    def poll(self) -> None:
        """A client reads his mailbox."""
        self._poll(self.random.choice(SENDERS))

    def _poll(self, sender: str) -> None:
        self._later()
        for receipt in self.pending[sender]:
            self.seen.append(replace(receipt, at=self.now))
        count, last = len(self.pending[sender]), self.places[sender]
        self.seen.append(Polled(self.now, sender, self.polled[sender], last, count))
        self.pending[sender], self.polled[sender] = [], last

    def read_balance(self) -> None:
        """A client reads a balance, while the window goes on."""
        name, asked = self.random.choice(ACCOUNTS), self.now
        amount = self.taken[name]
        if self.random.random() < 0.5:
            self._later()
            self.go_on()
            amount = self.random.choice((amount, self.taken[name]))
        self.seen.append(BalanceRead(self.now, name, amount, asked))

    def read_state(self) -> None:
        """A client reads the state of a list."""
        if (listed := self._list()) is not None:
            self.seen.append(StateRead(self.now, "inventory", listed.key, listed.state))

    # what the window does

    def go_on(self) -> None:
        """A list takes a step of its lifecycle."""
        if (listed := self._list()) is None:
            return
        steps = [
            step
            for step in allowed_transitions(listed.state, flow="I")
            if step.action != "cancel" and {"system", "officer"} & set(step.by)
        ]
        if not steps:
            return
        step = self.random.choice(steps)
        if step.action == "accept":
            for draw in listed.document.draws:
                self.taken[draw.account] += draw.amount
                listed.held[draw.account] = listed.held.get(draw.account, Decimal(0)) + draw.amount
        listed.state = step.to
        if step.to in ENDED:
            self._give_back(listed)
        if step.return_status:
            self._tell(listed, step.return_status)

    def _give_back(self, listed: ModelList) -> None:
        for name, amount in listed.held.items():
            self.taken[name] -= amount
        listed.held.clear()

    def _tell(self, listed: ModelList, status: str) -> None:
        self._answer(listed.sender, "inventory", listed.key, status)

    def _answer(self, mailbox: str, kind: str, key: str, status: str) -> None:
        self.places[mailbox] += 1
        place = self.places[mailbox]
        self.pending[mailbox].append(
            SeenReceipt(self.now, mailbox, kind, key, status, place, time=f"{self.now}-{place}", content=f"c{place}")
        )


# planted mistakes


def _receipts(history: list[Observation], kind: str = "inventory") -> list[SeenReceipt]:
    return [seen for seen in history if isinstance(seen, SeenReceipt) and seen.kind == kind]


def _next_receipt(history: list[Observation], like: SeenReceipt, status: str) -> SeenReceipt:
    place = max(seen.place for seen in history if isinstance(seen, SeenReceipt) and seen.mailbox == like.mailbox) + 1
    return replace(like, at=history[-1].at, status=status, place=place, time=f"later-{place}", content=f"late-{place}")


def _last_of(history: list[Observation], wanted: frozenset[str]) -> SeenReceipt | None:
    """The last receipt of some list whose last receipt has one of these statuses."""
    last = {receipt.key: receipt for receipt in _receipts(history) if not receipt.status.startswith("-")}
    return next((receipt for receipt in last.values() if receipt.status in wanted), None)


def place_given_twice(history: list[Observation], random: Random) -> list[Observation] | None:
    """A place is given again to another receipt."""
    receipts = _receipts(history)
    return [*history, replace(random.choice(receipts), content="other", at=history[-1].at)] if receipts else None


def place_skipped(history: list[Observation], random: Random) -> list[Observation] | None:
    """A place of a mailbox has no receipt."""
    receipts = _receipts(history)
    last = {receipt.mailbox: receipt.place for receipt in receipts}
    skipped = next((receipt for receipt in receipts if receipt.place < last[receipt.mailbox]), None)
    return [seen for seen in history if seen is not skipped] if skipped else None


def final_state_left(history: list[Observation], random: Random) -> list[Observation] | None:
    """A list that is over gets a further receipt."""
    last = _last_of(history, frozenset({"899", "700"}))
    return [*history, _next_receipt(history, last, "300")] if last else None


def illegal_path(history: list[Observation], random: Random) -> list[Observation] | None:
    """A list that was only declared is closed."""
    last = _last_of(history, frozenset({"2", "120", "500"}))
    return [*history, _next_receipt(history, last, "899")] if last else None


def receipt_of_nothing(history: list[Observation], random: Random) -> list[Observation] | None:
    """A receipt has no document."""
    receipts = _receipts(history)
    return [*history, replace(_next_receipt(history, receipts[0], "2"), key="EBC|X")] if receipts else None


def receipt_before_its_document(history: list[Observation], random: Random) -> list[Observation] | None:
    """A receipt is seen before its document was sent."""
    first = next((receipt for receipt in _receipts(history) if receipt.status == "2"), None)
    return [replace(seen, at=1) if seen is first else seen for seen in history] if first else None


def transmission_with_two_ids(history: list[Observation], random: Random) -> list[Observation] | None:
    """A repeated transmission is taken under another id."""
    taken = next((seen for seen in history if isinstance(seen, Acknowledged) and seen.status == 202), None)
    return [*history, replace(taken, at=history[-1].at, id="other")] if taken else None


def balance_too_high(history: list[Observation], random: Random) -> list[Observation] | None:
    """More is taken from an account than lists ever took."""
    return _changed_balance(history, Decimal(1_000))


def balance_too_low(history: list[Observation], random: Random) -> list[Observation] | None:
    """Less is taken from an account than lists hold."""
    return _changed_balance(history, Decimal(-1_000))


def _changed_balance(history: list[Observation], by: Decimal) -> list[Observation]:
    read = next(seen for seen in history if isinstance(seen, BalanceRead))
    return [replace(read, amount=read.amount + by) if seen is read else seen for seen in history]


def cancellation_ignored(history: list[Observation], random: Random) -> list[Observation] | None:
    """A balance still holds what a cancelled list took."""
    sent = [seen for seen in history if isinstance(seen, Sent)]
    lists = {document.key: document for seen in sent for document in seen.documents if document.kind == "inventory"}
    approved = {receipt.key for receipt in _receipts(history, "cancellation") if receipt.status == "399"}
    about = {d.about for seen in sent for d in seen.documents if d.key in approved}
    amounts = [draw for key in sorted(about) for draw in lists[key].draws]
    if not amounts or any(document.version != "v1" for document in lists.values()):
        return None
    reads = [seen for seen in history if isinstance(seen, BalanceRead) and seen.account == amounts[0].account]
    last = reads[-1]
    return [replace(last, amount=last.amount + amounts[0].amount) if seen is last else seen for seen in history]


def lost_after_acknowledgement(history: list[Observation], random: Random) -> list[Observation] | None:
    """A document that was taken has no receipt."""
    sent = next((seen for seen in history if isinstance(seen, Sent) and seen.documents), None)
    if sent is None:
        return None
    key = sent.documents[0].key
    return [seen for seen in history if not (isinstance(seen, SeenReceipt) and seen.key == key)]


def taken_twice(history: list[Observation], random: Random) -> list[Observation] | None:
    """The same content is taken as new again."""
    first = next((receipt for receipt in _receipts(history) if receipt.status == "2"), None)
    return [*history, _next_receipt(history, first, "2")] if first else None


def impossible_state(history: list[Observation], random: Random) -> list[Observation] | None:
    """A list is read in a state to which its receipts do not lead."""
    last = _last_of(history, frozenset({"899", "700"}))
    return [*history, StateRead(history[-1].at, "inventory", last.key, "declared", True)] if last else None


def bill_that_does_not_add_up(history: list[Observation], random: Random) -> list[Observation] | None:
    """A bill has another sum than its lines."""
    bill = SeenReceipt(history[-1].at, "DXP1", "tax_bill", "EBC|D0", "1", 0, "816", bill="1_0")
    return [*history, replace(bill, sums=(Decimal(3),), lines=((Decimal(1),), (Decimal(1),)))]


Plant = Callable[[list[Observation], Random], "list[Observation] | None"]
PLANTS: Mapping[Plant, frozenset[str]] = {
    place_given_twice: frozenset({"place-given-twice"}),
    place_skipped: frozenset({"place-skipped"}),
    final_state_left: frozenset({"final-state-left"}),
    illegal_path: frozenset({"illegal-path"}),
    receipt_of_nothing: frozenset({"receipt-without-document"}),
    receipt_before_its_document: frozenset({"receipt-without-document"}),
    transmission_with_two_ids: frozenset({"transmission-answered-otherwise"}),
    balance_too_high: frozenset({"balance-unexplained"}),
    balance_too_low: frozenset({"balance-unexplained"}),
    cancellation_ignored: frozenset({"balance-unexplained"}),
    lost_after_acknowledgement: frozenset({"acknowledged-and-lost"}),
    taken_twice: frozenset({"receipt-without-document", "taken-twice"}),
    impossible_state: frozenset({"state-unexplained"}),
    bill_that_does_not_add_up: frozenset({"bill-sums-differ"}),
}
"""What plants a mistake into a history, or nothing where it has no place for it → rules, one of which names it."""


def main() -> None:
    """Write the observations of so many messages as lines."""
    model, wanted = Model(Random(1)), int(sys.argv[1])
    while model.messages < wanted:
        model.history(1_000) if model.messages + 1_000 > wanted else _go(model)
    sys.stdout.buffer.writelines(map(encode, model.seen))


def _go(model: Model) -> None:
    for _ in range(1_000):
        model._later()
        model.random.choice((model.send, model.go_on, model.go_on, model.cancel, model.amend, model.poll))()
    model.read_balance()


if __name__ == "__main__":
    main()
