"""Whatever participants, officers and time do, in whatever order: books balance, times increase, release is once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from declarations import lifecycle
from declarations.money import SCALE
from declarations.tax.import_tax import Assessment
from gateways.customs.returns import COUNTED_STATES
from simulators.imports.stories import cancellation, delivery, partial_refund, refund
from simulators.imports.trade import ImportTrade
from single_window.settings import Settings
from single_window.store.questioning import REMIND, WITHDRAW
from single_window.store.questions import open_about
from single_window.store.records import from_json
from single_window.store.tables import account_book, allowance, declaration, guarantee, request, tax_bill
from single_window.store.tables import delivery as deliveries
from single_window.wiring import Window
from tests.databases import fetch, made_database
from tests.officers import named
from tests.stories.holding import watched
from tests.stories.story import KINDS, StoryRunner

SHAPES = [
    ("9610", "returned_partly"),
    ("9610", "guarantee_short"),
    ("1210", ""),
    ("9610", "amount_differs"),
    ("9610", "content_missing"),
]
ENDS_WITHOUT_HOLDINGS = {"rejected", "cancelled", "sent_back", "deleted", "expired", "declared"}


ABOUT_A_QUESTION = {REMIND, WITHDRAW}
"""Acts that are possible only while a question to the declarant is open."""
NOT_BY_CHANCE = {"accept", "await_arrival", "arrive", "cancel", "revalue"}
"""Acts that are not an officer's own, or need more than a reason."""


class Lives(RuleBasedStateMachine):
    """Five trades, one of each shape, in one sandbox."""

    engine = "sqlite"

    @initialize(complete=st.integers(0, 5))
    def begin(self, complete: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="life-"))
        self.database = made_database(self.engine, self.folder)
        address = self.database.__enter__()
        window = Window(
            Settings(
                data=self.folder, synchronous="OFF", readers=0, database="" if self.engine == "sqlite" else address
            )
        )
        self.late = watched(window)
        self.story = StoryRunner(window, automatic_officer=True, inspection=True)
        self.trades = [self.story.trade(number, mode, fault) for number, (mode, fault) in enumerate(SHAPES)]
        self.sent = 0
        for trade in self.trades[:complete]:
            self.story.send(trade)

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.story.window.close()
            self.database.__exit__(None, None, None)
            shutil.rmtree(self.folder)
            assert self.late == []

    # what can happen

    @rule(which=st.integers(0, 4), kinds=st.permutations(KINDS), upto=st.integers(1, 4))
    def send_documents(self, which: int, kinds: list[str], upto: int) -> None:
        self.story.send(self.trades[which], *kinds[:upto])

    @rule(
        which=st.integers(0, 4),
        kind=st.sampled_from(KINDS),
        app_type=st.sampled_from("123"),
        status=st.sampled_from("12"),
    )
    def send_again_newer(self, which: int, kind: str, app_type: str, status: str) -> None:
        self.again(self.trades[which], kind, app_type, status)

    def again(self, trade: ImportTrade, kind: str, app_type: str, status: str) -> None:
        """Send a document once more, newer than ever; a list with the numbers that it got."""
        self.sent += 1
        changes = {
            "appTime": f"20991231{self.sent:06d}",
            "guid": f"{self.sent:036d}",
            "appType": app_type,
            "appStatus": status,
        }
        if kind == "inventory" and app_type != "1":
            changes |= {
                "preNo": str(self.story.column(trade, "pre_no") or ""),
                "invtNo": str(self.story.column(trade, "invt_no") or ""),
            }
        self.story.send(trade, kind, **changes)

    @rule(which=st.integers(0, 4), data=st.data())
    def an_officer_acts(self, which: int, data: st.DataObject) -> None:
        state = self.story.state(self.trades[which])
        actions = [transition.action for transition in lifecycle.allowed_transitions(state, "officer")] if state else []
        asked = self.story.read(open_about, ("declaration", str(self.story.column(self.trades[which], "id"))))
        vain = NOT_BY_CHANCE if asked else NOT_BY_CHANCE | ABOUT_A_QUESTION
        known = [action for action in actions if action not in vain]
        if known:
            self.act(self.trades[which], data.draw(st.sampled_from(known)))

    @rule(which=st.integers(0, 4))
    def suspended_the_list_is_amended(self, which: int) -> None:
        state = self.story.state(self.trades[which])
        if state and any(
            transition.action == "suspend" for transition in lifecycle.allowed_transitions(state, "officer")
        ):
            self.act(self.trades[which], "suspend")
            self.again(self.trades[which], "inventory", "2", "2")

    def act(self, trade: ImportTrade, action: str) -> None:
        """An officer acts, and the window works."""
        self.story.decide(trade, action, "随机", officer=named("hypothesis"))

    @rule(which=st.integers(0, 4))
    def ask_to_cancel(self, which: int) -> None:
        number = self.story.column(self.trades[which], "invt_no")
        if number:
            self.story.submit(cancellation(self.trades[which], str(number)).body)

    @rule(which=st.integers(0, 4))
    def return_the_goods(self, which: int) -> None:
        number = self.story.column(self.trades[which], "invt_no")
        if number:
            self.story.submit(refund(self.trades[which], str(number)).body)

    @rule(which=st.integers(0, 4), letter=st.sampled_from([b"U", b"V"]))
    def return_one_piece_under_another_number(self, which: int, letter: bytes) -> None:
        number = self.story.column(self.trades[which], "invt_no")
        if number:
            body = partial_refund(self.trades[which], str(number)).body
            guid = body.split(b'guid="')[1][:36]
            self.story.submit(body.replace(b"<ceb:copNo>T", b"<ceb:copNo>" + letter).replace(guid, letter + guid[1:]))

    @rule(which=st.integers(0, 4))
    def deliver(self, which: int) -> None:
        self.story.submit(delivery(self.trades[which]).body)

    @rule(hours=st.sampled_from([1, 25, 49, 80, 24 * 15, 24 * 32]))
    def time_passes(self, hours: int) -> None:
        self.story.pass_time(hours=hours)

    # what must hold all the while

    @invariant()
    def nothing_is_parked_or_left_over(self) -> None:
        if hasattr(self, "story"):
            stuck = fetch(
                self.story.window.engine,
                select(deliveries.c.topic, deliveries.c.reason).where(deliveries.c.state != "done"),
            ).all()
            assert stuck == []

    @invariant()
    def a_list_is_released_at_most_once_and_its_times_increase(self) -> None:
        for trade in getattr(self, "trades", ()):
            receipts = self.story.receipts(trade)
            positive = [receipt for receipt in receipts if not receipt.return_status.startswith("-")]
            times = [receipt.return_time for receipt in positive]
            assert times == sorted(set(times)), [(receipt.return_status, receipt.return_time) for receipt in positive]
            assert [receipt.return_status for receipt in receipts].count("800") <= 1

    @invariant()
    def allowances_are_what_declarations_hold(self) -> None:
        if not hasattr(self, "story"):
            return
        held = [
            (row.state, from_json(row.held))
            for row in fetch(self.story.window.engine, select(declaration.c.state, declaration.c.held))
        ]
        totals = fetch(
            self.story.window.engine, select(func.sum(allowance.c.reserved), func.sum(allowance.c.used))
        ).one()
        for kind, total in zip(("reserved", "used"), totals, strict=True):
            assert (total or 0) == sum(
                entry["allowance"][2] for _, entry in held if "allowance" in entry and entry["allowance"][3] == kind
            )
        assert all(not entry for state, entry in held if state in ENDS_WITHOUT_HOLDINGS)

    @invariant()
    def guarantees_are_what_open_bills_take(self) -> None:
        if not hasattr(self, "story"):
            return
        accounts = fetch(
            self.story.window.engine, select(func.sum(guarantee.c.reserved), func.sum(guarantee.c.booked))
        ).one()
        bills = fetch(
            self.story.window.engine, select(tax_bill.c.state, tax_bill.c.assure_code, tax_bill.c.assessment)
        ).all()
        totals = {"reserved": 0, "made": 0}
        for bill in bills:
            if bill.state in totals:
                totals[bill.state] += msgspec_total(bill.assessment)
        assert tuple(total or 0 for total in accounts) == (totals["reserved"], totals["made"])

    @invariant()
    def stock_drawn_is_what_declarations_hold(self) -> None:
        if not hasattr(self, "story"):
            return
        drawn = fetch(self.story.window.engine, select(func.sum(account_book.c.drawn))).scalar() or 0
        held = [from_json(text) for text in fetch(self.story.window.engine, select(declaration.c.held)).scalars()]
        assert drawn == sum(drawing[2] for row in held for drawing in row.get("stock", ()))

    @invariant()
    def no_more_comes_back_than_was_sold(self) -> None:
        for trade in getattr(self, "trades", ()):
            admitted = [
                from_json(text)
                for text in fetch(
                    self.story.window.engine,
                    select(request.c.lines).where(
                        request.c.declaration_id == self.story.column(trade, "id"),
                        request.c.kind == "refund",
                        request.c.state.in_(COUNTED_STATES),
                    ),
                ).scalars()
            ]
            for line in trade.document("inventory").lines:
                assert sum(row.get(line["gnum"], 0) for row in admitted) <= int(line["qty"]) * SCALE


def msgspec_total(assessment: str) -> int:
    """The total of a stored assessment."""

    return msgspec.json.decode(assessment, type=Assessment).total


# a failure is reported as it was found: making the example smaller takes minutes
Lives.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=18,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase


class MoreLives(Lives):
    """The same, six times as many."""


MoreLives.TestCase.settings = settings(Lives.TestCase.settings, max_examples=25)
TestMoreLives = pytest.mark.long(MoreLives.TestCase)
