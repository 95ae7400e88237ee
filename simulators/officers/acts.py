"""Plays allowed and forbidden acts of officers, and checks that each is carried out or refused, with the right receipts
and log rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, Protocol

from simulators.companies import TradingCompany
from simulators.entry import SHANGHAI
from simulators.imports.bills import TaxTerms, bills_of, check_bills
from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.imports.stories import amended_document
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault
from simulators.played_day import PlayedSandbox
from simulators.receipt_log import LoggedReceipt, ReceiptLog
from simulators.refunds.acts import registrations
from simulators.refunds.course import NumberedPaper
from simulators.refunds.firms import RefundExporter
from simulators.verdict import TradeVerdict
from simulators.world import World

ACTS = "acts"
"""Name of these cases in the report of faults."""
REVIEWER, INSPECTOR, SUPERVISOR, TAX_OFFICER = "reviewer", "inspector", "supervisor", "tax_officer"
NOT_FILED, REFUSED, DONE, PROPOSED, APPROVED = "not filed", "refused", "done", "proposed", "approved"
"""Outcomes of an act: refused at once; refused by the gateway; carried out; proposed to a second person; approval of a
proposal."""
APPROVE, AMEND = "approve", "amend"
"""Steps of the second person, and of the declarant."""
REASON, AMENDMENT_NOTE = "模拟：核对", "模拟：已更正"
FIRST_NUMBER = 980_000
"""First number of these trades; the range is reserved."""


class OfficerSandbox(PlayedSandbox, Protocol):
    """A sandbox with the methods of `Decisions`. `persons`: it distinguishes officers."""

    @property
    def persons(self) -> bool:
        """True if it distinguishes officers."""

    def set_options(self, **options: Any) -> None:
        """Change options of the sandbox."""

    def settle(self) -> None:
        """Wait until no delivery is due."""

    def decide_list(
        self, number: str, action: str, reason: str, role: str, officer: str, office: str, **values: Any
    ) -> int:
        """File a decision about a list; returns its id, 0 if it was refused at once."""

    def approve(self, decision: int, role: str, officer: str) -> bool:
        """Approve another officer's proposal; returns whether it was possible."""

    def state_of(self, number: str, decision: int) -> str:
        """The state of a decision about a list."""

    def decide_company(self, code: str, action: str, reason: str = "") -> bool:
        """File a registrar's decision about a company; returns whether it was carried out."""

    def logged(self) -> list[tuple[int, str, str, str, str]]:
        """Rows of the decision log: (id, officer, role, reason, outcome)."""


class ListAct(NamedTuple):
    """An officer's act on a list and its expected outcome; `at_once`: it must be carried out before the next act;
    `high_end`: the line of cosmetics without a readable content that he takes for high-end."""

    officer: str
    role: str
    action: str
    reason: str
    becomes: str
    at_once: bool = True
    office: str = ""
    high_end: str = ""

    @property
    def logged(self) -> str:
        """What the log says of it: its reason, and what was decided of cosmetics."""
        return "; ".join(filter(None, (self.reason, self.high_end and f"第{self.high_end}项：高档化妆品")))


CONCLUDED = (
    ListAct("甲", REVIEWER, "reject", "", NOT_FILED),
    ListAct("丙", TAX_OFFICER, "reject", REASON, NOT_FILED),
    ListAct("己", REVIEWER, "suspend", REASON, NOT_FILED, office="9999"),
    ListAct("甲", REVIEWER, "release", REASON, NOT_FILED),
    ListAct("甲", REVIEWER, "suspend", REASON, DONE, at_once=False),
    ListAct("乙", REVIEWER, "reject", REASON, REFUSED),
    ListAct("甲", REVIEWER, "conclude", AMENDMENT_NOTE, NOT_FILED),
    ListAct("甲", REVIEWER, "conclude", AMENDMENT_NOTE, DONE, high_end="1"),
)
"""Rejecting is refused without a reason, without the right, and after another's decision; then the list is suspended,
and concluded once it is said whether its cosmetics are high-end.
"""
SEIZED = (
    ListAct("甲", REVIEWER, "inspect", REASON, DONE),
    ListAct("庚", INSPECTOR, "detain", REASON, NOT_FILED, office="9999"),
    ListAct("丁", INSPECTOR, "detain_for_smuggling", REASON, PROPOSED),
    ListAct("丁", INSPECTOR, APPROVE, "", NOT_FILED),
    ListAct("戊", SUPERVISOR, APPROVE, "", APPROVED),
)
"""Seizing goods needs two officers, of the office where they are."""
AMENDED = (
    ListAct("甲", REVIEWER, "suspend", REASON, DONE),
    ListAct("", "", AMEND, "", DONE),
    ListAct("甲", REVIEWER, "conclude", AMENDMENT_NOTE, DONE, high_end="1"),
)
"""A suspended list is amended by its declarant and processed again."""
COURSES: Sequence[tuple[str, Sequence[ListAct], str]] = (
    ("content_missing", CONCLUDED, "2 120 300 600 399 800"),
    ("content_missing", SEIZED, "2 120 300 500 502"),
    ("content_missing", AMENDED, "2 120 300 600 2 120 300 399 800"),
)
"""(fault of the list, acts, statuses that its declarant must receive)"""
STEPS = {"suspend": "600", "conclude": "399", "inspect": "500", "detain_for_smuggling": "502"}
"""Act → status of the receipt that reports it to the declarant."""
WITHOUT_PERSONS = ((NOT_FILED, DONE), {REVIEWER})


@dataclass(slots=True)
class ActsDay:
    """Plays acts on lists that wait for officers."""

    session: OfficerSandbox
    world: World
    seed: int
    day: date
    receipt_log: ReceiptLog
    rounding: str
    trades: list[ImportTrade] = field(default_factory=list)
    documents: int = 0
    messages: int = 0

    def play(self) -> Iterator[TradeVerdict]:
        """Play all acts; returns a verdict for each list and for the application."""
        self.session.set_options(inspection=False, automatic_officer=False)
        shop = Shop(self.world, self.seed, self.day)
        courses = [course for course in COURSES if self.session.persons or course[1] is not SEIZED]
        for number, (name, _, _) in enumerate(courses):
            self.trades.append(
                replace(faulty_trade(shop, FIRST_NUMBER + number, known_fault("import", name)), fault=ACTS)
            )
        self.receipt_log.expect(self.trades)
        day = ImportDay(self.session, self.world, self.trades, 20)
        day.play_day(self.receipt_log)
        for trade, (_, acts, path) in zip(self.trades, courses, strict=True):
            wrong = list(self._play_acts(trade, acts))
            yield self._verdict(trade, acts, path, wrong)
        self.documents, self.messages = day.documents, day.messages

    def _send_application(self, firm: RefundExporter) -> None:
        self.receipt_log.expect([NumberedPaper(firm.code)])
        when = f"{datetime.fromtimestamp(self.session.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"
        for _ in self.session.send([message.body for message in registrations([firm], when)]):
            pass

    def apply(self, company: TradingCompany) -> Iterator[TradeVerdict]:
        """Play a company's application: a refusal without a reason fails, then the company is registered."""
        firm = RefundExporter(0, company, "T", "B")
        self._send_application(firm)
        wrong = []
        for action, allowed in (("refuse", False), ("approve", True)):
            done = self.session.decide_company(firm.code, action)
            self.session.settle()
            if done is not allowed:
                wrong.append(f"{action} without a reason was {'done' if done else 'refused'}")
        self._fetch()
        path = " ".join(self.receipt_log.statuses_of(firm.code, "RegistrationReturn"))
        if path != "2 300 800":
            wrong.append(f"the application went through {path or 'nothing'}")
        yield TradeVerdict(firm.code, ACTS, "2 300 800", path, tuple(wrong))

    def _play_acts(self, trade: ImportTrade, acts: Sequence[ListAct]) -> Iterator[str]:
        """Play acts on a list; returns complaints about outcomes and the log."""
        filed: list[tuple[ListAct, int]] = []
        proposed = 0
        for act in self._possible_acts(acts):
            if act.action == AMEND:
                self._amend(trade)
            elif act.action == APPROVE:
                done = self.session.approve(proposed, act.role, act.officer)
                if done is not (act.becomes == APPROVED):
                    yield f"{act.officer} could {'' if done else 'not '}approve what was proposed"
                filed += [(act, proposed)] if done else []
            elif not (number := self.session.decide_list(trade.id, *_decision_of(act), **_values_of(act))):
                if act.becomes != NOT_FILED:
                    yield f"{act.role} {act.officer} could not {act.action}"
            else:
                filed.append((act, number))
                proposed = number
            if act.at_once:
                self.session.settle()
        second = {act for act, _ in filed if act.becomes == APPROVED}
        yield from _check_acts(filed, partial(self.session.state_of, trade.id), second)
        if self.session.persons:
            yield from _check_log(filed, self.session.logged())

    def _amend(self, trade: ImportTrade) -> None:
        """Send the list again, as its declarant, with another note."""
        self._fetch()
        head = next(receipt.head for receipt in self.receipt_log.of(trade.id, "622") if receipt.head.get("invtNo"))
        sent = amended_document(
            trade, changes={"note": AMENDMENT_NOTE}, invt_no=head["invtNo"], pre_no=head.get("preNo", "")
        )
        self.receipt_log.note_sent(sent)
        for _ in self.session.send([sent.body]):
            pass

    def _possible_acts(self, acts: Sequence[ListAct]) -> Sequence[ListAct]:
        """The acts that are possible in the sandbox: if it does not distinguish officers, those of a single officer."""
        becomes, roles = WITHOUT_PERSONS
        if self.session.persons:
            return acts
        return [
            act
            for act in acts
            if act.action == AMEND or (act.role in roles and act.becomes in becomes and not act.office)
        ]

    def _verdict(self, trade: ImportTrade, acts: Sequence[ListAct], wanted: str, wrong: Sequence[str]) -> TradeVerdict:
        self._fetch()
        path = " ".join(self.receipt_log.statuses_of(trade.id))
        bills = [(bill.head, bill.lines) for bill in self.receipt_log.of(trade.id, "816")]
        complaints = [*wrong, *check_bills(bills, bills_of(trade, TaxTerms(self.rounding)))]
        complaints += _check_reasons(acts, self.receipt_log.of(trade.id, "622"))
        if path != wanted:
            complaints.append(f"it should have gone through {wanted}, and went through {path}")
        if len(bills) != ("800" in wanted):
            complaints.append(f"there were {len(bills)} tax bills")
        return TradeVerdict(trade.id, ACTS, wanted, path, tuple(complaints))

    def _fetch(self) -> None:
        for posted in self.session.fetch(self.world.mailboxes()):
            self.receipt_log.read(posted.mailbox, posted.bodies)


def _check_reasons(acts: Sequence[ListAct], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about receipts that do not give the officer's reason."""
    for act in acts:
        if act.reason and act.becomes in {DONE, PROPOSED} and (status := STEPS.get(act.action)):
            told = [receipt.head.get("returnInfo", "") for receipt in receipts if receipt.status == status]
            if told and not any(act.reason in words for words in told):
                yield f"{status} does not say why {act.officer} decided to {act.action}: {told[-1]}"


def _decision_of(act: ListAct) -> tuple[str, str, str, str, str]:
    return act.action, act.reason, act.role, act.officer, act.office


def _values_of(act: ListAct) -> dict[str, Any]:
    return {"cosmetics": {act.high_end: "high_end"}} if act.high_end else {}


def _check_acts(
    filed: Sequence[tuple[ListAct, int]], state_of: Callable[[int], str], second: set[ListAct]
) -> Iterator[str]:
    """Complaints about acts with wrong outcomes; an approved proposal must be carried out."""
    for act, number in filed:
        state = state_of(number)
        wanted = DONE if second and act.becomes in {PROPOSED, APPROVED} else act.becomes
        if state != wanted:
            yield f"{act.role} {act.officer} {act.action}: {state}, and should be {wanted}"


def _check_log(filed: Sequence[tuple[ListAct, int]], rows: Sequence[tuple[int, str, str, str, str]]) -> Iterator[str]:
    """Complaints if an act is not in the log with officer, role, reason and outcome."""
    said: Mapping[int, set[tuple[str, ...]]] = {
        number: {row[1:] for row in rows if row[0] == number} for _, number in filed
    }
    for act, number in filed:
        if (act.officer, act.role, act.logged, act.becomes) not in said[number]:
            listed = ", ".join(" ".join(row) for row in sorted(said[number])) or "nothing"
            yield f"the log says of {act.officer}'s {act.action}: {listed}"
