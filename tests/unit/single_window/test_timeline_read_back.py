"""A timeline that is read back is what was written: each step once, in its order, whatever the instants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from declarations.reasons import Reason
from gateways import reported
from gateways.records import Answers, ReceiptDraft, TimelineEvent
from single_window.cases.declarations.happenings import happenings_of
from single_window.clock import system_now
from single_window.receipts import rows as receipts
from single_window.store.engine import reading, writing
from single_window.store.gateway_results import write_answers
from single_window.store.numbering import ROWS
from single_window.store.written import finish
from single_window.wiring import Window
from tests.databases import kept_open, window_in

NOON = 1_795_147_200_000
STATUSES = {
    "accepted": "120",
    "review": "300",
    "concluded": "399",
    "drawn": "500",
    "rejected": "100",
    "released": "800",
}
SILENT = ("waiting", "held", "officer_conclude")
"""Events of which no receipt tells."""


class Step(NamedTuple):
    """A step of a list: its event, whether it begins another batch, and how much later."""

    event: str
    begins: bool
    after: int


STEPS = st.lists(
    st.builds(
        Step, st.sampled_from([*STATUSES, *SILENT]), st.booleans(), st.sampled_from([0, 0, 0, 1, 3, 999, 60_000])
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("data")))


class List:
    """A list whose steps are answered in batches, as gateways answer them."""

    def __init__(self, window: Window, number: int, unnoted: frozenset[str], mailboxes: str) -> None:
        self.window, self.order_no, self.unnoted, self.mailboxes = window, f"D{number}", unnoted, mailboxes
        self.now, self.last_return, self.answers = NOON, 0, Answers()

    def take(self, step: Step) -> None:
        """Answer a step, in another batch where it begins one."""
        if step.begins:
            self.write()
            self.now += step.after
        if status := STATUSES.get(step.event):
            self.last_return = max(self.now, self.last_return + 1)
            self.answers.receipts.append(
                ReceiptDraft(
                    mailboxes=self.mailboxes,
                    code="622",
                    order_no=self.order_no,
                    kind="inventory",
                    key=self.order_no,
                    return_status=status,
                    return_time=self.last_return,
                    reason=Reason("", {}),
                    fields={},
                )
            )
        if step.event not in self.unnoted:
            self.answers.timeline.append(
                TimelineEvent(
                    order_no=self.order_no,
                    kind="inventory",
                    key=self.order_no,
                    at=self.now,
                    actor="customs",
                    event=step.event,
                    state="accepted",
                    return_time=self.last_return,
                )
            )

    def write(self) -> None:
        """Write what was answered."""
        answers, self.answers = self.answers, Answers()
        reported.link_receipts(answers)
        self.window.numbering.ensure(ROWS, "row", 100)
        with writing(self.window.engine) as connection:
            finish(
                connection, [write_answers(connection, self.window.numbering, "main", answers, self.now, system_now())]
            )

    def read(self) -> list[str]:
        """The events of the timeline."""
        with reading(self.window.engine) as connection:
            received = [got for _, got in receipts.of_orders(connection, "main", [self.order_no])]
            lines = happenings_of(
                connection, "main", (self.order_no,), received, lambda kind, key: True, self.window.parameters
            )
        return [line.event for line in lines]


NUMBERS = iter(range(1, 10**6))


@pytest.mark.long
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, unnoted=st.frozensets(st.sampled_from(sorted(STATUSES))), several=st.booleans())
def test_each_step_is_read_once_and_in_its_order(
    window: Window, steps: list[Step], unnoted: frozenset[str], several: bool
) -> None:
    listed = List(window, next(NUMBERS), unnoted, "DXPA;DXPB" if several else "DXPA")
    for step in steps:
        listed.take(step)
    listed.write()
    assert listed.read() == [step.event for step in steps]
