"""Probes from both sides: what earns a code and what does not differ, and what comes otherwise is said."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import pytest

from declarations.profile_rules import FIELDS
from schemas.receipt_texts import texts
from simulators.entry.windows import sample
from simulators.probes import asked, drawn_profiles, exchange_limits, pushed, refusals, signatures
from simulators.probes.receiver import PostedBody
from simulators.probes.signed_ways import WAYS, SignedMessage

BOX, SECRET = "DXPENT0000000005", "secret"
LIST = SignedMessage("621", "-621026", "-621028", "-621015", "-621049")


@pytest.mark.parametrize(
    "limit", exchange_limits.table(), ids=lambda limit: f"{limit.code} {limit.firm} {limit.spared}"
)
def test_each_limit_of_exchange_is_a_known_code_with_two_amounts(limit: exchange_limits.ExchangeLimit) -> None:
    assert limit.code in texts()
    assert limit.spared != limit.earning
    assert limit.direction in "12"


@pytest.mark.parametrize("pair", drawn_profiles.CRITERIA, ids=" | ".join)
def test_each_criterion_of_a_profile_is_met_and_not_met(pair: tuple[str, str]) -> None:
    assert pair[0] != pair[1]
    assert {criterion.partition("=")[0] for criterion in pair} <= set(FIELDS)


@pytest.mark.parametrize("row", signatures.table(), ids=lambda row: row.message)
def test_each_signed_message_is_refused_by_statuses_of_its_own(row: SignedMessage) -> None:
    assert row.invalid and {status for status in row[1:] if status} <= set(texts())
    assert sample(row.message, "signed", 0).messages


@pytest.mark.parametrize(
    ("way", "status"),
    [
        ("signed", ""),
        ("with a placeholder", "-621026"),
        ("changed since", "-621028"),
        ("signed by another company", "-621015"),
        ("with another value", "-621049"),
    ],
)
def test_a_way_to_sign_is_refused_by_the_status_for_it(way: str, status: str) -> None:
    assert WAYS[way].status(LIST) == status
    assert bool(WAYS[way].reason) == bool(status)


def test_a_message_of_too_many_documents_holds_one_more_than_it_may() -> None:
    row = next(row for row in refusals.table() if row.message == "711")
    many = next(refusal for refusal in refusals.REFUSALS if "one document more" in refusal.name)
    (body,) = many.sent(sample("711", "many", 0).messages["711"], row)
    assert body.count(b"</ceb:Delivery>") == 2


def posted(numbers: str, delivery: str = "d1", box: str = BOX, signed: bytes = b"1.<a/>") -> PostedBody:
    headers: Mapping[str, str] = {
        "X-Single-Window-Sequence": numbers,
        "X-Single-Window-Delivery": delivery,
        "X-Single-Window-Mailbox": box,
        "X-Single-Window-Timestamp": "1",
        "X-Single-Window-Signature": f"sha256={hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()}",
    }
    return PostedBody(headers, b"<a/>")


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ([posted("1-1")] * 2 + [posted("2-3", "d2")], "was posted as d1 d1 d2"),
        ([posted("1-3")] * 3 + [posted("5-5", "d2")], "the receipts [1, 2, 3, 5] are posted"),
        ([posted("1-3", signed=b"<a/>")] * 3, "the signature of 1-3 is not that of its time and body"),
        ([posted("1-3", box="DXPENT0000000099")] * 3, "receipts of DXPENT0000000099 are posted"),
    ],
)
def test_what_is_posted_otherwise_is_said(came: list[PostedBody], said: str) -> None:
    assert any(said in complaint for complaint in pushed._complaints(came, SECRET, BOX, [1, 2, 3]))


@pytest.mark.parametrize(
    ("due", "right"),
    [("2026-11-27T16:00:00.000Z", True), ("2026-11-26T16:00:00.000Z", False), ("2026-11-28T16:00:00.000Z", False)],
)
def test_a_request_can_be_answered_until_the_end_of_the_day_that_it_names(due: str, right: bool) -> None:
    found = list(asked._until({"text": "请提供发票，2026-11-27前答复", "due": due}))
    assert (found == []) == right
