"""No reason that a gateway gives is left out by the tests on fakes."""

from __future__ import annotations

from gateways.agencies import GATEWAYS
from gateways.decisions import SUBJECT_CHANGED
from gateways.topics.shared import Decision
from tests.gateways import (
    test_commerce_desk,
    test_credit_desk,
    test_customs,
    test_customs_desks,
    test_filing_documents,
    test_forex_desk,
    test_korea_desk,
    test_open_data_desk,
    test_overseas_desk,
    test_port_desk,
    test_quality_desk,
    test_refund,
    test_registrar,
    test_tax,
    test_traceability_desk,
)
from tests.gateways.customs import CustomsHouse
from tests.gateways.desks import codes

COVERED = {
    *(
        *test_customs.CASES,
        *test_customs_desks.CASES,
        *test_forex_desk.CASES,
        *test_refund.CASES,
        *test_filing_documents.CASES,
    ),
    *(*test_credit_desk.CASES, *test_traceability_desk.CASES, *test_overseas_desk.CASES),
    *test_port_desk.CASES,
    *test_korea_desk.CASES,
    *test_commerce_desk.CASES,
    *(*test_open_data_desk.CASES, *test_open_data_desk.GUARDS),
    *(*test_registrar.CASES, *test_tax.CASES, *test_refund.OVERLOOKED, *test_quality_desk.CASES),
}


def test_every_reason_that_modules_of_gateways_name_has_a_case() -> None:
    agencies = {gateway.name for gateway in GATEWAYS} - {"inspection"}
    assert codes(*agencies, "inspection.py") <= COVERED
    assert codes("") == {*COVERED, SUBJECT_CHANGED}


def test_a_decision_about_what_has_moved_on_says_so() -> None:
    house = CustomsHouse()
    house.imported()
    row = house.declaration
    house.handle("decision.declaration", Decision(row.id, 5, row.version + 1, "reject", "不符", "officer", {}))
    assert SUBJECT_CHANGED in house.given
