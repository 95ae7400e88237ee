"""A desk sends notices only: to the mailboxes of the case, or to a company that it names."""

from __future__ import annotations

import pytest

from declarations.reasons import Reason
from gateways.records import CaseReference, ReceiptDraft
from schemas import catalogue
from tests.gateways.desks import desk_of

ABOUT = CaseReference("refund_claim", "E1|TS1", "TS1")


def draft(mailboxes: str = "", code: str = "RefundNotice") -> ReceiptDraft:
    return ABOUT.receipt(mailboxes, "800", 7, Reason("", {}), {}, code=code)


def test_a_case_with_mailboxes_of_its_own_needs_no_more() -> None:
    desk = desk_of(None)
    desk.notify("E1", draft("DXP1;DXP2"))
    assert desk.answers.receipts == [draft("DXP1;DXP2")] and desk.answers.notices == []


def test_a_company_without_them_is_looked_up_later() -> None:
    desk = desk_of(None)
    desk.notify("E1", draft(), once="due")
    (notice,) = desk.answers.notices
    assert (notice.company, notice.once, notice.draft) == ("E1", "due", draft()) and desk.answers.receipts == []


def test_what_is_told_a_company_once_has_a_name() -> None:
    with pytest.raises(ValueError, match="RefundNotice to E1"):
        desk_of(None).notify("E1", draft())


def test_an_answer_is_no_notice() -> None:
    with pytest.raises(ValueError, match="RefundClaimReturn is no notice"):
        desk_of(None).notify("E1", draft("DXP1", code="RefundClaimReturn"))


def test_the_catalogue_names_notices_and_what_they_are_about() -> None:
    known = {"816": "tax_bill", "818": "tax_bill", "RefundNotice": "refund_claim"}
    assert {**catalogue.notices(), **known} == catalogue.notices()
    assert not {"RefundClaimReturn", "RefundClaim"} & catalogue.notices().keys()
