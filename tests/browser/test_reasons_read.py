"""What an officer types as reason is what the declarant reads in his receipt, at every desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desks
from tests.browser.deciding import REASONED, WANTED, first_case, reasoned

pytestmark = pytest.mark.service


@pytest.mark.long
def test_each_of_fifty_reasons_typed_by_key_is_read_in_a_receipt_of_the_declarant(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    given: list[str] = []
    for role, key in REASONED.items():
        page = first_case(desks, browse, role)
        while "/review" not in page.url and len(given) < WANTED:
            given += reasoned(page, key, f"事由{len(given):03}")
    received = "\n".join(desks.received())
    assert len(given) >= WANTED
    assert [reason for reason in given if reason not in received] == []


@pytest.mark.long
def test_a_reason_typed_at_every_desk_is_read_in_a_receipt_of_the_declarant(
    desks: Desks, browse: Callable[..., Page]
) -> None:
    given: list[str] = []
    for role, key in REASONED.items():
        page = first_case(desks, browse, role)
        if "/review" not in page.url:
            given += reasoned(page, key, f"缘由 {role} <&>")
    received = "\n".join(desks.received())
    assert given and [reason for reason in given if reason not in received] == []
