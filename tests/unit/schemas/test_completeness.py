"""A catalogue whose codes lack words or remedies does not load, and names every one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas import catalogue
from schemas.completeness import check, codes_of
from schemas.message_types import MessageType
from tests.tables import each

ORDER = catalogue.by_kind("order")
BILL = catalogue.by_kind("tax_bill")
HANDLING = catalogue.handling("order")


def test_the_catalogue_is_complete() -> None:
    check(catalogue.entries())


@each(
    "entry, faults",
    [
        (replace(ORDER, invalid="-506016"), ["CEB311Message, invalid -506016: no words", "invalid -506016: no remedy"]),
        (replace(ORDER, too_many="-506017"), ["too_many -506017: no words"]),
        (replace(ORDER, signature_missing="-506018"), ["signature_missing -506018: no words"]),
        (replace(ORDER, invalid="-301008/15999"), ["invalid 15999: no words"]),
        (replace(ORDER, invalid="-301"), ["invalid -301: no remedy"]),
        (replace(ORDER, notice=True, about="order"), ["CEB311Message: a notice is sent by an agency"]),
        (replace(BILL, about=""), ["CEB816Message: a notice is sent by an agency, and only a notice says"]),
        (replace(BILL, notice=False), ["CEB816Message: a notice is sent by an agency, and only a notice says"]),
        (
            replace(ORDER, handling=replace(HANDLING, duplicate=HANDLING.duplicate._replace(old="-506019"))),
            ["old -506019: no words", "old -506019: no remedy"],
        ),
        (
            replace(ORDER, key=("orderNo",), handling=replace(HANDLING, identified_by=("orderNo",))),
            ["exists -301010: its words need ebc_code"],
        ),
    ],
)
def test_what_codes_lack_is_reported_with_type_and_entry(entry: MessageType, faults: list[str]) -> None:
    with pytest.raises(ValueError) as refused:
        check([entry])
    assert [fault for fault in faults if fault not in str(refused.value)] == []


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(ValueError, match=r"(?s)-506001.*-506002"):
        check([replace(ORDER, invalid="-5060011"), replace(ORDER, too_many="-5060021")])


def test_every_code_of_a_type_is_checked() -> None:
    assert {name for _, name in codes_of(catalogue.by_kind("inventory"))} >= {
        "invalid",
        "too_many",
        "signature_invalid",
        "exists",
        "neither",
    }
