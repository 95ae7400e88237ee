"""What the queue and the search tell of a list: its tax as it was assessed, also where its guarantee does not cover it,
and, when its case has ended, what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from sqlalchemy import Connection, select, update

from declarations.money import amount_text, scaled_from_text
from simulators.imports.trade import ImportTrade
from single_window.accounts.people import Person
from single_window.cases import bulk_hindrances, queue
from single_window.store import epochs
from single_window.store.case_queue import QueuedCase
from single_window.store.case_search import with_words
from single_window.store.tables import guarantee, work_case
from single_window.work import proposals
from tests.databases import ON_BOTH, write_by
from tests.officers import TESTER, named
from tests.stories.story import StoryRunner
from tests.tables import each

pytestmark = ON_BOTH
LI, ZHAO = named("li", "reviewer"), named("zhao")


def queried(story: StoryRunner) -> tuple[ImportTrade, str]:
    trade = story.trade(fault="price_low")
    story.send(trade)
    return trade, str(story.column(trade, "invt_no"))


def revalue(story: StoryRunner, trade: ImportTrade, factor: int, by: Person = TESTER) -> int:
    lines = trade.document("inventory").lines
    prices = {line["gnum"]: amount_text(scaled_from_text(line["price"]) * factor) for line in lines}
    decided = story.decide(trade, "revalue", "同类商品成交价", by, as_declared=False, method="similar", prices=prices)
    return decided.decision


def above_the_dated_amount(trade: ImportTrade) -> int:
    """How many times the declared prices a value is that needs a second officer."""
    total = sum(Decimal(line["totalPrice"]) for line in trade.document("inventory").lines)
    return int(Decimal(1_001) / total) + 2


def found(story: StoryRunner, words: str) -> Sequence[QueuedCase]:
    return story.read(with_words, words, 20)  # type: ignore[no-any-return]


def test_a_case_that_ended_is_found_as_it_is_now(story: StoryRunner) -> None:
    trade, number = queried(story)
    (waiting,) = found(story, number)
    assert (waiting.state, waiting.ended_at) == ("in_review", 0)
    revalue(story, trade, 2)
    (ended,) = found(story, number)
    assert (ended.state, ended.ended_at) == ("released", story.window.now(story.sandbox))
    assert ended.value > waiting.value and ended.tax > waiting.tax, "at the value that was determined"
    assert story.guarantee_of(trade) == (0, ended.tax)


def test_a_case_with_a_proposal_is_found_once(story: StoryRunner) -> None:
    trade, number = queried(story)
    proposed = revalue(story, trade, above_the_dated_amount(trade), LI)
    assert [case.subject for case in found(story, number)] == ["declaration"]
    proposals.approve(story.window, story.sandbox, proposed, ZHAO)
    story.window.settle()
    assert [(case.subject, case.state) for case in found(story, number)] == [("declaration", "released")]


@each("standing", ["good", "withdrawn"])
def test_a_list_whose_tax_is_not_guaranteed_stands_in_the_queue_with_its_tax(
    start_story: Callable[..., StoryRunner], standing: str
) -> None:
    story = start_story(standing)
    cheap = queried(story)[1]
    write_by(story.window.engine, _guarantees, standing)
    dear = story.trade(1)
    story.send(dear)
    assert all(row.tax for row in story.rows(select(work_case.c.tax)))
    own = str(story.column(dear, "invt_no"))
    acts = {case.number: acts for case, acts in story.read(_with_acts)}
    assert "declaration.conclude" in acts[cheap] and "declaration.reject" in acts[own]
    assert ("declaration.conclude" in acts[own]) is (standing == "withdrawn"), "its page offers it neither"
    assert [case.number for case in story.read(_by_tax)] == [own, cheap]


def _guarantees(connection: Connection, standing: str) -> None:
    connection.execute(update(guarantee).values(amount=1, standing=standing))
    epochs.bump(connection, "tax")


def _by_tax(connection: Connection, sandbox: str) -> Sequence[QueuedCase]:
    return queue.queue_page(connection, sandbox, queue.queue_query(connection, sandbox, TESTER, sort="tax")).cases


def test_a_case_that_waits_for_a_second_person_leaves_the_queue_for_a_view_of_its_own(story: StoryRunner) -> None:
    trade, number = queried(story)
    proposed = revalue(story, trade, above_the_dated_amount(trade), LI)
    story.pass_time(days=10)
    for view, numbers in {"": [], "free": [], "overdue": [], "proposed": [number]}.items():
        page = story.read(_page, view)
        assert [case.number for case in page.cases] == numbers, view
        assert (page.matching, page.views[view]) == (len(numbers), len(numbers)), view
        assert page.by_desk.get("review", 0) == 0
    proposals.decline(story.window, story.sandbox, proposed, ZHAO, "依据不足")
    assert [case.number for case in story.read(_page, "overdue").cases] == [number]


def _page(connection: Connection, sandbox: str, view: str) -> queue.QueuePage:
    return queue.queue_page(connection, sandbox, queue.queue_query(connection, sandbox, LI, view=view))


def _with_acts(connection: Connection, sandbox: str) -> Sequence[tuple[QueuedCase, Sequence[str]]]:
    cases = _by_tax(connection, sandbox)
    found = bulk_hindrances.hindrances_of_cases(connection, sandbox, cases, LI, 0)
    return [(case, [act for act, why in found[case.key].items() if why is None]) for case in cases]
