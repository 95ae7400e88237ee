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
from tests.stories.telling import Teller


def told(story: Teller, *flows: str, kind: str = "inventory") -> Conformance:
    with reading(story.window.engine) as connection:
        return conformance(connection, story.sandbox, story.trade().parties.sender(kind).dxp_id, flows)


def of(found: Conformance, kind: str = "inventory") -> Kind:
    (one,) = [one for one in found.kinds if one.kind == kind]
    return one


def seen(kind: Kind) -> set[str]:
    return {one.status for one in kind.outcomes if one.documents}


def left(found: Conformance) -> list[tuple[str, str, str]]:
    return [(one.what, one.kind, one.status) for one in found.left]


def test_who_has_sent_nothing_has_everything_of_his_role_before_him(story: Teller) -> None:
    found = told(story)
    kinds = {entry.kind for entry in catalogue.entries() if entry.handling and entry.flow == "import"}
    assert {one.kind for one in found.kinds} <= kinds and of(found).taken == 0 and found.flows == ["import"]
    assert ("send", "inventory", "") in left(found) and ("see", "inventory", "800") in left(found)
    assert not found.ready and "agent" in found.roles


def test_a_released_list_was_sent_rightly_and_its_outcomes_were_seen(story: Teller) -> None:
    story.send(story.trade())
    kind = of(told(story))
    assert kind.taken == 1 and {"2", "120", "800"} <= seen(kind)
    assert not [one for one in left(told(story)) if one[:2] == ("send", "inventory")]


def test_a_rejection_is_open_until_the_same_list_is_taken(story: Teller) -> None:
    trade = story.trade(fault="amount_differs")
    story.send(trade)
    (rejected,) = [one for one in of(told(story)).outcomes if one.status == "100"]
    assert (rejected.documents, rejected.open) == (1, 1) and trade.id in rejected.open_keys[0]
    assert ("handle", "inventory", "100") in left(told(story))
    right = {"amountPaid": trade.document("order").head["acturalPaid"]}
    story.send(trade, "payment", appType="2", appTime="20991231235958", guid="D" * 36, **right)
    story.send(trade, "inventory", appTime="20991231235959", guid="E" * 36)
    assert ("handle", "inventory", "100") not in left(told(story)) and "100" in seen(of(told(story)))


def test_a_refused_repetition_of_what_was_taken_needs_nothing(story: Teller) -> None:
    trade = story.trade()
    story.send(trade)
    story.send(trade, "inventory", appTime="20991231235959", guid="B" * 36)
    (refused,) = [one for one in of(told(story)).outcomes if one.status == "-"]
    assert (refused.documents, refused.open) == (1, 0)


def test_a_document_that_failed_its_check_is_open(story: Teller) -> None:
    story.send(story.trade(), "inventory", netWeight="9999")
    assert ("handle", "inventory", "-") in left(told(story)) and of(told(story)).taken == 0


def test_kinds_and_outcomes_are_those_of_catalogue_and_lifecycles(story: Teller) -> None:
    every = {kind: {status for one, status in statuses.occurring() if one == kind} for kind in ANSWERS}
    for kind in told(story, "import", "export", "agency").kinds:
        assert {one.status for one in kind.outcomes} == every[kind.kind] | {"-"}


def test_what_was_not_seen_names_a_command_that_brings_it_about(story: Teller) -> None:
    rejected = next(one for one in told(story).left if (one.kind, one.status) == ("inventory", "100"))
    assert rejected.how == "single-window trigger 622.100"


def test_nobody_has_no_conformance(story: Teller) -> None:
    with reading(story.window.engine) as connection, pytest.raises(UnknownMailbox):
        conformance(connection, story.sandbox, "DXPENT9999999999")


def test_call_page_and_command_tell_the_same(story: Teller) -> None:
    story.send(story.trade())
    browser = create_app(story.window, admission=AdmissionQueue(story.window)).test_client()
    path = f"/api/v1/conformance?mailbox={story.trade().parties.sender('inventory').dxp_id}"
    asked = {"X-Sandbox": story.sandbox}
    as_json = browser.get(path, headers=asked).get_json()
    page = browser.get(path, headers={**asked, "Accept": "text/html"})
    assert page.mimetype == "text/html" and as_json["left"][0]["en"] in page.text and "<script" not in page.text
    assert browser.get(path.replace("DXP", "DXQ"), headers=asked).get_json()["findings"][0]["code"] == "unknown-mailbox"
    place = f"--sandbox {story.sandbox} --data {story.window.settings.data}"
    said = CliRunner().invoke(main, f"conformance {as_json['mailbox']} --json {place}".split())
    assert json.loads(said.output) == as_json
