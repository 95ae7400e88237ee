"""Killed between any two steps of the refund desk, and started again: every paper and claim is answered once."""

from __future__ import annotations

import subprocess
import sys

import pytest

from declarations.calendar import DAY
from single_window.settings import Settings
from single_window.wiring import Window
from tests.stories.refunding import Refunding, bought, export, inventory, purchase
from tests.stories.test_killed import Reteller

TOLD = Refunding

CLAIMS = 4
PROGRAM = """
import os, sys
from pathlib import Path
from single_window.settings import Settings
from single_window.wiring import Window

folder, point, times, now = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
seen = 0

def fault(reached):
    global seen
    seen += reached == point
    if seen == times and reached == point:
        os._exit(9)

window = Window(Settings(data=folder, synchronous="NORMAL", readers=0, batch=1), fault=fault)
window.recover()
window.settle()
window.advance("story", now)
"""


@pytest.mark.parametrize(("point", "times"), [
    *(("before-commit", times) for times in (2, 3, 4, 5)), *(("after-commit", times) for times in (2, 3, 4, 5)),
    ("after-publish", 3), ("before-acknowledge", 4)])
def test_claims_go_on_where_they_were(told, tmp_path, point, times):
    items = [f"{told.summarised([inventory(place)], cop_no=f'HZ{place}')[0]}001" for place in range(CLAIMS)]
    told.story.file(told.paper(lines=[bought(qty="6", amount="60.00")]),
                    *[told.claim([export(item), purchase("FP1")], f"QD{place}") for place, item in enumerate(items)])
    now = told.story.window.now("story") + 40 * DAY
    told.story.window.close()
    folder = tmp_path / "story"
    assert run(folder, point, times, now).returncode == 9
    assert run(folder, "never", 1, now).returncode == 0
    again = Window(Settings(data=folder, synchronous="NORMAL", readers=0))
    after = Refunding(Reteller(again))
    assert after.answers("FP1", "VatInvoiceReturn") == [("2", "2"), ("120", "20500")]
    answers = [after.answers(f"QD{place}") for place in range(CLAIMS)]
    assert sorted(one[1] for one in answers) == [("100", "20225"), *[("120", "20500")] * 3]
    assert all(len(one) == len(set(one)) for one in answers)
    assert [(one.used, one.used_amount) for one in after.rows("vat_invoice_line")] == [(600_000, 6_000_000)]
    assert len(after.rows("refund_entry")) == sum(one.state == "paid" for one in after.rows("refund_claim"))
    assert after.unbalanced() == []
    again.close()


def run(folder, point, times, now):
    return subprocess.run([sys.executable, "-c", PROGRAM, str(folder), point, str(times), str(now)],
                          capture_output=True, text=True, check=False, timeout=120)
