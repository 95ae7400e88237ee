"""Killed between any two steps of the refund desk, and started again: every paper and claim is answered once."""

from __future__ import annotations

from functools import partial

import pytest

from declarations.calendar import DAY
from tests.stories.killing import killed
from tests.stories.refunding import Refunding, bought, export, inventory, purchase
from tests.stories.test_batches_killed import until

TOLD = Refunding
CLAIMS = 4


@pytest.mark.parametrize(
    ("point", "times", "together"),
    [
        *(("before-commit", times, False) for times in (2, 3, 4, 5)),
        *(("after-commit", times, False) for times in (2, 3, 4, 5)),
        ("after-publish", 3, False),
        ("before-acknowledge", 4, False),
        *((point, times, True) for point in ("before-commit", "after-commit") for times in (1, 2)),
    ],
)
def test_claims_go_on_where_they_were(told, tmp_path, point, times, together):
    items = [f"{told.summarised([inventory(place)], cop_no=f'HZ{place}')[0]}001" for place in range(CLAIMS)]
    told.story.file(
        told.paper(lines=[bought(qty="6", amount="60.00")]),
        *[told.claim([export(item), purchase("FP1")], f"QD{place}") for place, item in enumerate(items)],
    )
    now = told.story.window.now("story") + 40 * DAY
    told.story.window.close()
    with killed(tmp_path / "story", point, times, partial(until, now), batch=1, together=together) as again:
        after = Refunding(again)
        assert after.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
        answers = [after.answers(f"QD{place}") for place in range(CLAIMS)]
        assert sorted(one[1] for one in answers) == [("100", "20225"), *[("120", "20500")] * 3]
        assert all(len(one) == len(set(one)) for one in answers)
        assert [(one.used, one.used_amount) for one in after.rows("vat_invoice_line")] == [(600_000, 6_000_000)]
        assert len(after.rows("refund_entry")) == sum(one.state == "paid" for one in after.rows("refund_claim"))
        assert after.unbalanced() == []
