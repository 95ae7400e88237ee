"""Runner of drawn stories: what happens in each follows from its name and number; the answers stand in `wholes/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.law import stories_abroad, stories_at_home, stories_of_documents
from tests.law.comparing import Comparisons
from tests.law.drawing_stories import Chances
from tests.law.rows import Facts
from tests.law.wholes import whole

STORIES: Mapping[str, Callable[[Chances], Any]] = {
    "stock abroad": stories_abroad.stock_abroad,
    "transfers": stories_abroad.transfers,
    "container": stories_abroad.container,
    "taxed list": stories_at_home.taxed_list,
    "company with events": stories_at_home.company_with_events,
    "universe": stories_at_home.universe,
    "exchange report": stories_at_home.exchange_report,
    "spoiled documents": stories_of_documents.spoiled_documents,
    "treatment": stories_of_documents.treatment,
    "claim": stories_of_documents.claim,
    "preview": stories_of_documents.preview,
    "refused acts": stories_of_documents.refused_acts,
    "released lists": stories_of_documents.released_lists,
}


def stories(case: Facts) -> Comparisons:
    """All that follows from drawn stories of a kind."""
    for number in range(1, case["count"] + 1):
        yield whole(f"story {number}", STORIES[case["story"]](Chances(f"{case['story']}|{number}")))
