"""A second, identical BaseTransfer is refused and explained, or dropped with a warning for who tolerates it."""

from __future__ import annotations

import pytest
from golden import ROOTS, sample_text

from schemas.catalogue import by_root
from schemas.reading import open_message, read
from schemas.repeated_transfer import TOLERANCE, drop_repeated
from tests.tables import each

SENT = [root for root in ROOTS if not by_root(root).receipt]
START, END = "<ceb:BaseTransfer>", "</ceb:BaseTransfer>"


def transfer(text: str) -> str:
    return text[text.index(START) : text.index(END) + len(END)]


def repeated(root: str, times: int = 2, change: tuple[str, str] = ("", "")) -> bytes:
    text = sample_text(root)
    result = transfer(text)
    return text.replace(result, result + "\n  ".join([result.replace(*change)] * (times - 1)), 1).encode()


CEB_SENT = [root for root in SENT if START in sample_text(root)]


@pytest.mark.long
@each("root", CEB_SENT)
def test_without_the_tolerance_the_finding_names_it(root: str) -> None:
    (finding,) = read(open_message(repeated(root))).findings
    assert finding.code == "transfer-repeated" and finding.path == f"/{root}/BaseTransfer[2]"
    assert TOLERANCE in finding.remedy_zh and TOLERANCE in finding.remedy_en and not finding.warning


@each("root", CEB_SENT)
def test_with_the_tolerance_the_copy_is_dropped_and_a_warning_says_so(root: str) -> None:
    opened = open_message(repeated(root))
    as_it_came = opened.business
    warning = drop_repeated(opened)
    assert warning is not None and warning.warning and warning.path == f"/{root}/BaseTransfer[2]" and warning.line
    assert read(opened) == read(open_message(sample_text(root).encode()))
    assert opened.business == as_it_came


@each(
    "body",
    [
        repeated("CEB603Message", 1),
        repeated("CEB603Message", 3),
        repeated("CEB603Message", change=("DXPENT0000000005", "DXPENT0000000006")),
        repeated("CEB603Message", change=("<ceb:copName>青岛示例报关有限公司</ceb:copName>", "")),
    ],
)
def test_only_one_copy_of_one_block_is_dropped(body: bytes) -> None:
    opened = open_message(body)
    before = len(opened.tree)
    assert drop_repeated(opened) is None and len(opened.tree) == before


def test_white_space_between_the_elements_makes_no_difference() -> None:
    text = sample_text("CEB603Message")
    result = transfer(text)
    opened = open_message(text.replace(result, result + "".join(result.split()), 1).encode())
    assert drop_repeated(opened) is not None and read(opened).findings == ()
