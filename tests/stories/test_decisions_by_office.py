"""Who belongs to a customs office decides about the lists, requests and batches of that office, and about no others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from gateways.decisions import SubjectKind
from simulators.imports.stories import refund
from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases.batches import requests as batches
from single_window.cases.batches.queries import BATCH_ROWS
from single_window.cases.exchange.decisions import set_class
from single_window.store.tables import request
from single_window.work import filing, parking
from tests.databases import ON_BOTH, read_by
from tests.officers import act, named
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
StartStory = Callable[..., StoryRunner]


def reviewer(office: str) -> Person:
    return Person("li", "reviewer", agency="customs", office=office)


def only_there(story: StoryRunner, subject: SubjectKind, subject_id: int, action: str, office: str) -> None:
    """Only who belongs to this office, or to all, may do it."""
    for other in ("9999", f"{office}0"):
        with pytest.raises(Lacking):
            filing.file(story.window, story.sandbox, subject, subject_id, action, by=reviewer(other))
    for own in (office, ""):
        assert filing.file(story.window, story.sandbox, subject, subject_id, action, by=reviewer(own))


def requested(connection: Connection) -> int:
    return int(connection.execute(select(request.c.id)).scalar_one())


def test_of_a_list(story: StoryRunner) -> None:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    only_there(
        story,
        SubjectKind.DECLARATION,
        int(str(story.column(trade, "id"))),
        "conclude",
        str(story.column(trade, "customs_code")),
    )


def test_of_a_return(story: StoryRunner) -> None:
    trade = story.trade(fault="returned_partly")
    story.send(trade)
    story.submit(refund(trade, str(story.column(trade, "invt_no"))).body)
    number = read_by(story.window.engine, requested)
    only_there(story, SubjectKind.REQUEST, number, "review", str(story.column(trade, "customs_code")))


def test_of_a_batch(start_story: StartStory) -> None:
    story = start_story(batches="")
    with pytest.raises(Lacking):
        batches.open_batch(story.window, story.sandbox, "I", "4240", "1210", reviewer("4227"))
    batches.open_batch(story.window, story.sandbox, "I", "4240", "1210", reviewer("4240"))
    story.window.settle()
    (batch,) = story.read(BATCH_ROWS.newest, "")
    only_there(story, SubjectKind.BATCH, batch.id, "review", "4240")


def test_a_list_that_is_not_his_stays_as_it_is(story: StoryRunner) -> None:
    trade = story.trade(fault="content_missing")
    story.send(trade)
    before = story.state(trade)
    with pytest.raises(Lacking):
        act(
            story.window,
            story.sandbox,
            str(story.column(trade, "cop_no")),
            "conclude",
            "",
            reviewer("9999"),
            as_declared=True,
        )
    story.window.settle()
    assert story.state(trade) == before


def test_what_is_kept_without_a_decision_needs_its_right_too(story: StoryRunner) -> None:
    for do in (
        lambda who: parking.retry(story.window, story.sandbox, None, who),
        lambda who: parking.dismiss(story.window, story.sandbox, None, who, "x"),
    ):
        with pytest.raises(Lacking, match="deal with parked work"):
            do(named("zhao"))
        assert do(named("admin", "administrator")).changed == []
    with pytest.raises(Lacking, match="foreign exchange"):
        set_class(story.window, story.sandbox, "3702960002", "C", named("li", "tax_officer"))
    set_class(story.window, story.sandbox, "3702960002", "C", named("li", "exchange_officer"))
