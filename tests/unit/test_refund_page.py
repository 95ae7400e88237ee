"""docs/refund.md, typed as it stands: from an exported parcel of the demo to a paid refund, with books that balance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemas.receipt_texts import texts
from single_window import auditing
from single_window.frame.pages.keys import KEYS, OTHERS
from tests.pages import follow, page, typed

PAGE = page("refund.md")
DEMO = 'exec "$PYTHON" -m single_window demo ${2#ARGS=} --trades 40 --quiet'
"""What `make run` does, with few imports: the page is about exports."""
PAID = """single-window refund explain $CLAIM --sandbox demo --json | python3 -c '
import json, sys
explained = json.load(sys.stdin)
assert explained["claim"]["state"] == "paid", explained["claim"]
assert float(explained["claim"]["amounts"]["paid"]) > 0 and all(total["agrees"] for total in explained["sums"])
'"""


@pytest.mark.long
def test_the_page_leads_from_a_parcel_to_a_paid_refund(tmp_path: Path) -> None:
    output = follow([*typed(PAGE), PAID], tmp_path, {"make": DEMO})
    assert "RefundNotice" in output and "balanced 平衡" in output


def test_its_codes_keys_and_ledgers_are_those_of_the_program() -> None:
    codes = set(re.findall(r"\b20[2-5]\d\d\b", PAGE))
    assert codes and codes <= set(texts())
    assert (
        f"({', '.join(KEYS.get(name, OTHERS) for name in ('approve', 'reduce', 'refuse', 'ask', 'recover'))})" in PAGE
    )
    table = PAGE[PAGE.index("## What the audit compares") :]
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE)[1:] == list(auditing.LEDGERS)
