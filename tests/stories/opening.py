"""Tells of open data: months that are drafted, published by two, read by everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from declarations.open_data.publishing import ClosedCell
from declarations.open_data.tables import Traded
from gateways.open_data.repository import OpenDataMonth
from single_window.cases.open_data.decisions import DRAFTING
from single_window.cases.open_data.queries import OPEN_DATA_ROWS
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.store.gateways.open_data import base_of
from single_window.work import filing, proposals
from tests.officers import TESTER, act, named
from tests.stories.story import StoryRunner

MONTH = "2026-11"


@dataclass
class Opening:
    """The statistics office of a story."""

    story: StoryRunner
    asked: int = 0

    def draft(self, month: str = MONTH) -> Any:
        """Draft a month; gives the outcome."""
        wanted = Requested(DRAFTING.action, values={"month": month})
        self.asked += 1
        number = create(
            self.story.window, self.story.sandbox, "open_data_month", DRAFTING, wanted, TESTER, f"asked {self.asked}"
        )
        self.story.window.settle()
        return filing.outcome(self.story.window, self.story.sandbox, number)

    def decide(self, release_no: str, action: str, reason: str = "") -> Any:
        """Let an officer decide about a version, as one person who needs nobody else; gives what was filed."""
        filed = act(self.story.window, self.story.sandbox, release_no, action, reason, about="open_data_month")
        self.story.window.settle()
        return filed

    def publish(self, release_no: str = "OD202611-1") -> OpenDataMonth:
        """Let one officer propose that a version is published, and another approve it; gives the version."""
        filed = act(
            self.story.window, self.story.sandbox, release_no, "publish", officer=named("li"), about="open_data_month"
        )
        proposals.approve(self.story.window, self.story.sandbox, filed.decision, named("zhao"))
        self.story.window.settle()
        return next(month for month in self.months() if month.release_no == release_no)

    def months(self) -> list[OpenDataMonth]:
        """All versions, oldest first."""
        return list(reversed(self.story.read(OPEN_DATA_ROWS.newest)))

    def counted(self, month: OpenDataMonth) -> tuple[Traded, ...]:
        """What a version counts."""
        return self.story.read(base_of, month.id).traded

    def closed(self, month: OpenDataMonth) -> tuple[ClosedCell, ...]:
        """What a version closes."""
        return self.story.read(base_of, month.id).closed
