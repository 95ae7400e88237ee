"""What a participant still has to show before going live follows from his mailbox, and from nothing else."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from gateways.replies import ANSWERS
from schemas import catalogue
from single_window.api import create_app
from single_window.cases.conformance import Conformance, Kind, UnknownMailbox, conformance
from single_window.cli import main
from single_window.intake.admission_queue import AdmissionQueue
from single_window.language import statuses
from single_window.store.engine import reading
from tests.described import described_client
from tests.stories.story import StoryRunner


def report_for(story: StoryRunner, *flows: str, kind: str = "inventory") -> Conformance:
    with reading(story.window.engine) as connection:
        return conformance(connection, story.sandbox, story.trade().parties.sender(kind).dxp_id, flows)


def of(report: Conformance, kind: str = "inventory") -> Kind:
    (entry,) = [candidate for candidate in report.kinds if candidate.kind == kind]
    return entry


def seen(kind: Kind) -> set[str]:
    return {outcome.status for outcome in kind.outcomes if outcome.documents}


def left(report: Conformance) -> list[tuple[str, str, str]]:
    return [(step.what, step.kind, step.status) for step in report.left]


def test_who_has_sent_nothing_has_everything_of_his_role_before_him(story: StoryRunner) -> None:
    report = report_for(story)
    kinds = {entry.kind for entry in catalogue.entries() if entry.handling and entry.flow == "import"}
    assert {kind.kind for kind in report.kinds} <= kinds and of(report).taken == 0 and report.flows == ["import"]
    assert ("send", "inventory", "") in left(report) and ("see", "inventory", "800") in left(report)
    assert not report.ready and "agent" in report.roles


def test_a_released_list_was_sent_rightly_and_its_outcomes_were_seen(story: StoryRunner) -> None:
    story.send(story.trade())
    kind = of(report_for(story))
    assert kind.taken == 1 and {"2", "120", "800"} <= seen(kind)
    assert not [step for step in left(report_for(story)) if step[:2] == ("send", "inventory")]


def test_a_rejection_is_open_until_the_same_list_is_taken(story: StoryRunner) -> None:
    trade = story.trade(fault="amount_differs")
    story.send(trade)
    (rejected,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "100"]
    assert (rejected.documents, rejected.open) == (1, 1) and trade.id in rejected.open_keys[0]
    assert ("handle", "inventory", "100") in left(report_for(story))
    right = {"amountPaid": trade.document("order").head["acturalPaid"]}
    story.send(trade, "payment", appType="2", appTime="20991231235958", guid="D" * 36, **right)
    story.send(trade, "inventory", appTime="20991231235959", guid="E" * 36)
    assert ("handle", "inventory", "100") not in left(report_for(story)) and "100" in seen(of(report_for(story)))


def test_a_refused_repetition_of_what_was_taken_needs_nothing(story: StoryRunner) -> None:
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    (refused,) = [outcome for outcome in of(report_for(story)).outcomes if outcome.status == "-"]
    assert (refused.documents, refused.open) == (1, 0)


def test_a_document_that_failed_its_check_is_open(story: StoryRunner) -> None:
    story.send(story.trade(), "inventory", netWeight="9999")
    assert ("handle", "inventory", "-") in left(report_for(story)) and of(report_for(story)).taken == 0


def test_kinds_and_outcomes_are_those_of_catalogue_and_lifecycles(story: StoryRunner) -> None:
    every = {kind: {status for name, status in statuses.occurring() if name == kind} for kind in ANSWERS}
    for kind in report_for(story, "import", "export", "agency").kinds:
        assert {outcome.status for outcome in kind.outcomes} == every[kind.kind] | {"-"}


def test_what_was_not_seen_names_a_command_that_brings_it_about(story: StoryRunner) -> None:
    rejected = next(step for step in report_for(story).left if (step.kind, step.status) == ("inventory", "100"))
    assert rejected.how == "single-window trigger 622.100"


def test_nobody_has_no_conformance(story: StoryRunner) -> None:
    with reading(story.window.engine) as connection, pytest.raises(UnknownMailbox):
        conformance(connection, story.sandbox, "DXPENT9999999999")


def test_call_page_and_command_show_the_same(story: StoryRunner) -> None:
    story.send(story.trade())
    browser = described_client(create_app(story.window, admission=AdmissionQueue(story.window)))
    path = f"/api/v1/conformance?mailbox={story.trade().parties.sender('inventory').dxp_id}"
    headers = {"X-Sandbox": story.sandbox}
    as_json = browser.get(path, headers=headers).get_json()
    page = browser.get(path, headers={**headers, "Accept": "text/html"})
    assert page.mimetype == "text/html" and as_json["left"][0]["en"] in page.text and "<script" not in page.text
    assert (
        browser.get(path.replace("DXP", "DXQ"), headers=headers).get_json()["findings"][0]["code"] == "unknown-mailbox"
    )
    place = f"--sandbox {story.sandbox} --data {story.window.settings.data}"
    result = CliRunner().invoke(main, f"conformance {as_json['mailbox']} --json {place}".split())
    assert json.loads(result.output) == as_json
