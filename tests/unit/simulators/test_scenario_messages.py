"""A message of a scenario that is sent again: moved time, new ids, other texts."""

from __future__ import annotations

import re

from simulators.messages import SyntheticMessage
from simulators.scenarios.writing import repeated

BODY = b'<M guid="A-1"><guid>B-2</guid><appType>1</appType><appTime>20261120235930</appTime></M>'
PAPER = SyntheticMessage(BODY, "RefundClaim", "DXPENT0000000001", ())


def test_a_paper_is_repeated_later_with_new_ids_and_another_text() -> None:
    again = repeated(PAPER, {"appType": "3", "appTime": 60, "guid": True}).body.decode()
    assert "<appTime>20261121000030<" in again and "<appType>3<" in again
    ids = re.findall(r"guid[>=]\"?([^\"<]+)", again)
    assert len({*ids, "A-1", "B-2"}) == 4


def test_each_repetition_has_ids_of_its_own() -> None:
    bodies = {repeated(PAPER, {"guid": True, "appTime": seconds}).body for seconds in (60, 120)}
    assert len({re.findall(b'guid="([^"]+)"', body)[0] for body in bodies}) == 2


def test_nothing_else_changes_what_is_sent() -> None:
    assert repeated(PAPER, {}) == PAPER
    assert repeated(PAPER, {"appTime": "20270101000000"}).body == BODY.replace(b"20261120235930", b"20270101000000")
    assert repeated(PAPER, {"guid": "C-3"}).body == BODY.replace(b"B-2", b"C-3")
