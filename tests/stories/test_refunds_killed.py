"""Killed between any two steps of the refund desk, and started again: every paper and claim is answered once."""

from __future__ import annotations

from functools import partial

import pytest

from declarations.calendar import DAY
from tests.stories.killing import killed, later
from tests.stories.refunding import Refunding, bought, export, inventory, purchase
from tests.stories.test_batches_killed import until

DRIVER = Refunding
CLAIMS = 4


@pytest.mark.parametrize(
    ("point", "times", "together"),
    [
        ("before-commit", 3, False),
        ("after-commit", 2, True),
        ("in-hand", 3, False),
        *later(("before-commit", times, False) for times in (2, 4, 5)),
        *later(("after-commit", times, False) for times in (2, 3, 4, 5)),
        *later([("before-commit", 1, True), ("before-commit", 2, True), ("after-commit", 1, True)]),
    ],
)
@pytest.mark.long
def test_claims_go_on_where_they_were(driver, tmp_path, point, times, together):
    items = [f"{driver.summarised([inventory(place)], cop_no=f'HZ{place}')[0]}001" for place in range(CLAIMS)]
    driver.story.file(
        driver.paper(lines=[bought(qty="6", amount="60.00")]),
        *[driver.claim([export(item), purchase("FP1")], f"QD{place}") for place, item in enumerate(items)],
    )
    now = driver.story.window.now("story") + 40 * DAY
    driver.story.window.close()
    with killed(tmp_path / "story", point, times, partial(until, now), batch=1, together=together) as again:
        after = Refunding(again)
        assert after.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
        answers = [after.answers(f"QD{place}") for place in range(CLAIMS)]
        assert sorted(answer[1] for answer in answers) == [("100", "20225"), *[("120", "20500")] * 3]
        assert all(len(answer) == len(set(answer)) for answer in answers)
        assert [(line.used, line.used_amount) for line in after.rows("vat_invoice_line")] == [(600_000, 6_000_000)]
        assert len(after.rows("refund_entry")) == sum(claim.state == "paid" for claim in after.rows("refund_claim"))
        assert after.unbalanced() == []
