"""Calls of a window that is served, each with the answer that its table, or the description of the interface, gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.entry.windows import SandboxClient, WindowClient, ephemeral_window, fresh_sandbox
from tests.calls import (
    agency_codes,
    earned_codes,
    imported_rows,
    known_statuses,
    narrowed,
    pages,
    payment_uploads,
    refusals,
    requested,
    statuses,
    told_goods,
)

pytestmark = pytest.mark.long

MOMENT = "2026-11-24T08:00:00+08:00"


@pytest.fixture(scope="module")
def client() -> Iterator[WindowClient]:
    with ephemeral_window() as window, WindowClient(window.url) as client:
        yield client


@pytest.fixture(scope="module")
def sandbox(client: WindowClient) -> Iterator[SandboxClient]:
    """A sandbox in which something of every kind was sent, so that lists have rows and pages follow each other."""
    with fresh_sandbox(client, "calls", "tests", MOMENT) as sandbox:
        kinds = ["import", "export", *dict.fromkeys(row.message for row in agency_codes.table())]
        sandbox.submit(*(sandbox.sample(kind, f"listed {number}") for kind in kinds for number in range(3)))
        sandbox.settle()
        yield sandbox


def test_every_code_of_refusal_is_earned_by_one_message_and_not_by_its_neighbour(sandbox: SandboxClient) -> None:
    assert list(earned_codes.wrong(sandbox)) == []


def test_every_code_of_an_agency_is_earned_by_one_message_and_not_by_its_neighbour(sandbox: SandboxClient) -> None:
    assert list(agency_codes.wrong(sandbox)) == []


def test_each_kind_of_message_is_refused_by_the_code_of_its_own(client: WindowClient) -> None:
    with fresh_sandbox(client, "refusals", "tests", MOMENT) as nothing_was_sent:
        assert list(refusals.wrong(nothing_was_sent)) == []


def test_a_request_about_a_list_is_refused_for_each_element_that_is_that_of_another(sandbox: SandboxClient) -> None:
    assert list(requested.wrong(sandbox)) == []


def test_payment_data_are_taken_or_refused_for_each_value(client: WindowClient) -> None:
    assert list(payment_uploads.wrong(client)) == []


def test_every_cell_of_master_data_fits_or_is_named(client: WindowClient) -> None:
    assert list(imported_rows.wrong(client)) == []


def test_events_are_found_by_every_parameter(client: WindowClient) -> None:
    assert list(told_goods.wrong(client)) == []


def test_every_call_of_participants_has_its_status(sandbox: SandboxClient) -> None:
    assert list(known_statuses.wrong(sandbox)) == []


def test_every_call_refuses_what_it_must_refuse(sandbox: SandboxClient) -> None:
    assert list(statuses.wrong(sandbox)) == []


def test_pages_of_every_length_hold_what_one_page_holds(client: WindowClient, sandbox: SandboxClient) -> None:
    assert list(pages.wrong(client, sandbox)) == []


def test_lists_are_narrowed_and_their_rows_shown_alone(client: WindowClient, sandbox: SandboxClient) -> None:
    assert list(narrowed.wrong(client, sandbox)) == []
