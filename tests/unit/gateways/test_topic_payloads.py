"""Payloads keep their layout: what an earlier version wrote into a database that is upgraded is still read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateways.agencies import ROUTES, TOPICS
from gateways.topics.customs import BatchDue, Doubt, Parcels, TaxAssessed, TaxShort
from gateways.topics.inspection import InspectionDue
from gateways.topics.port import ExportListStepped
from gateways.topics.route import Route
from gateways.topics.shared import Decision, DocumentFiled
from gateways.topics.tax import CollectionDue
from gateways.topics.topic import Routes
from single_window.store.bulk import encode
from tests.tables import each

DOCUMENT, DECISION = [7, "ORDER-1"], [7, 21, 3, "conclude", "原因", "officer", {"amount": "1.00"}]
PARCELS = [7, 0, 500]
WRITTEN: dict[str, Any] = {
    **{name: DOCUMENT for name, topic in TOPICS.items() if topic.payload is DocumentFiled},
    **{name: DECISION for name, topic in TOPICS.items() if topic.payload is Decision},
    "tax.assessed": [7, [["15101", {"gcode": "6109100010", "price": "1.00"}, ["valuation.price_floor@2016-04-08"]]]],
    "tax.short": [
        7,
        2_611_444_000,
        100,
        "3702W0001",
        "14209",
        {"assure_code": "3702W0001", "bills": "2"},
        ["collection.guarantee@2019-01-01"],
    ],
    "tax.recomputed": [7, 1_000_000],
    "hold.lifted": ["company", "3702960000", "spot_checks:S1"],
    "deadline.hold": ["company", "3702960000", 0],
    "deadline.unheld": [7],
    "inspection.passed": [7],
    "inspection.failed": [7],
    "office.asked": [7, "3702", "4600"],
    "office.answered": [7, "4600", "3702"],
    "payment_data.answered": [7, "6C1A3B52-0C0B-5C36-9B7A-0D6D3E1D2F10", "10000"],
    "deadline.payment_data": [7, "6C1A3B52-0C0B-5C36-9B7A-0D6D3E1D2F10"],
    "goods.consolidated": PARCELS,
    "goods.arrived": PARCELS,
    "goods.departed": PARCELS,
    "goods.late": [7, 500, 1_000, 2],
    "goods.left": [7, 3],
    "batch.told": ["joined", 0, 7, "I|3702|9610"],
    "batch.worked": [7, "gather", 300],
    "summary.worked": [7, "汇总|370296T001", "claim", 1_000, 99],
    "summary.closed": ["370296T001", "汇总|370296T001", "2026-11-01"],
    "deadline.partners": [7, 1],
    "deadline.officer": [7, "in_review"],
    "deadline.closing": [7],
    "deadline.arrival": [7, 1],
    "deadline.request": [7, "accepted"],
    "deadline.goods_back": [7, "lapse"],
    "deadline.departure": [7, 1, "LJ1"],
    "deadline.parts": [7, 1, "LJ1"],
    "deadline.summary": ["370296T001", "汇总|370296T001", "2026-11-01"],
    "deadline.batch": [7],
    "inspection.requested": [7, "ORDER-1", "3702|ORDER-1", "370296T001", "E"],
    "deadline.inspection": [7, "E"],
    "tax.requested": [7, 8, 1_795_000_000_000, True, "similar", {"1": 1_200_000}, {"2": False}],
    "tax.dropped": [7],
    "customs.released": [7, "370220261I000000001", "DXP1;DXP2", {"assureCode": "3702W0001"}, 1_795_000_000_000],
    "customs.returned": [7, 8, {"1": 100_000}],
    "customs.return_filed": [7, False],
    "deadline.collection": [7, 1_797_696_000_000],
    "exchange.collected": ["370296T001", ["370220260000000001"], ["ORDER-1"]],
    "customs.export_returned": [7, 8],
    "deadline.refund_review": [7, "officer"],
    "deadline.exchange": [7],
    "deadline.reconciliation": [7],
    "deadline.filing_index": [7, "remind"],
    "deadline.spot_check_draw": [7, 1_795_000_000_000, 0, 1_795_046_400_000],
    "deadline.spot_check_sampling": [7],
    "deadline.spot_check_measure": [7, "MSP2026112001-012345678"],
    "deadline.spot_check_report": [7, "QDLAB01", "", 1_795_000_000_000],
    "deadline.laboratory_report": [8, "late"],
    "laboratory.sample_sent": [7, "SP2026112001-0123456789", "F0123456789", "9503006000", "QDLAB01", ""],
    "laboratory.sample_tested": [7, "QDLAB01", "SP2026112001-0123456789", "F", 1_795_000_000_000, "", ""],
    "spot_check.list_stopped": [9, "SP2026112001", 1],
    "stock.booked_out": ["T1", "1", 100_000, "sample|SP2026112001-0123456789|F1", "sample"],
    "deadline.recall": [7, True],
    "traceability.recall_ordered": [
        "MSP2026112001-012345678",
        *("3702961003", "3702961001", "T4258W000007", "000001", "", "1901101010", "奶粉", "沙门氏菌", "li"),
    ],
    "credit.event": [
        *("3702961003", "103", "G", "customs", "CF2026-0001", "2026-05-01", "2026-05-10", "2026-07-10"),
        *(5_000_000_000, 1, "X1", "A1", "", ""),
    ],
    "port.list_stepped": [7, "1", "C|EY1", "NGB1", "42272026E000000001", "L|EY1", "CK1", "4227", 1_795_046_400_000],
    "korea.list_declared": [7, "EY1", "M|O1", "O1", "42272026I000000001", "A", "330499", 100, 12],
    "deadline.korea_parcel": [7, "clear", 1],
    "deadline.port_parcel": ["3702W0001|W1", 1],
    "deadline.port_clock": ["QDTERM|9990002|2647E", "tally"],
    "goods.loaded": [7, "QDXU1000015", True],
    "commerce.licence_asked": ["3702961003", "91350100M000100Y43", "2026-11-20", 1],
    "commerce.licences_recorded": ["91350100M000100Y43"],
    "commerce.options_changed": [["commerce"]],
    "commerce.zone_company_named": ["青岛"],
    "deadline.licence_answer": [7, "late"],
    "deadline.licence_change": ["91370212MA3D4K5L6X", "2026-11-22"],
    "deadline.licence_silence": [7],
    "deadline.zone_month": ["青岛", 1_795_046_400_000],
    "registration.licence_answered": [
        "3702961003",
        1,
        [
            [
                "91350100M000100Y43",
                "2026-11-20",
                "1",
                "某公司",
                "王*",
                "2018-03-01",
                "",
                "0",
                "0",
                "0",
                1_795_046_400_000,
            ]
        ],
        "04123456",
    ],
    "deadline.open_data_month": [1_795_046_400_000],
    "overseas.stock_left": ["3702961003"],
    "deadline.overseas_day": ["3702961003", 1_795_046_400_000],
    "credit.suspension": ["3702961003", True],
    "deadline.credit_day": ["3702961003", "2027-05-10"],
    "deadline.credit_defence": [7],
    "deadline.credit_decision": [7, "2026-12-10"],
    "deadline.grade": ["370296T001", "2026-12-01"],
}
"""Topic → one payload as it stands in deliveries and deadlines of the databases of earlier versions."""
SHORTER = [
    ("import.stock_filing", [7], DocumentFiled(7)),
    ("tax.short", [7, 200, 100, "3702W0001"], TaxShort(7, 200, 100, "3702W0001")),
    ("tax.short", [7, 200, 100, "3702W0001", "14209", {}], TaxShort(7, 200, 100, "3702W0001", "14209", {})),
    ("tax.assessed", [7, [["15101", {"price": "1.00"}]]], TaxAssessed(7, [Doubt("15101", {"price": "1.00"})])),
    ("tax.requested", [7, 8, 9, 1], (7, 8, 9, True, "", None, None)),
    (
        "inspection.requested",
        [7, "ORDER-1", "3702|ORDER-1", "370296T001"],
        (7, "ORDER-1", "3702|ORDER-1", "370296T001", "I"),
    ),
    ("deadline.inspection", [7], InspectionDue(7, "I")),
    ("port.list_stepped", [7, "1", "C|EY1"], ExportListStepped(7, "1", "C|EY1")),
    ("deadline.collection", [7], CollectionDue(7, 0)),
    (
        "decision.registration",
        ["370296T001", 0, 0, "approve", "", "automatic", {"application": "1"}],
        Decision("370296T001", 0, 0, "approve", "", "automatic", {"application": "1"}),
    ),
]
"""Topic, a payload that is shorter or otherwise unlike the one above, and as what it is read."""


def test_every_topic_is_in_the_table() -> None:
    assert set(WRITTEN) == set(TOPICS)


@each("topic", sorted(WRITTEN))
def test_a_payload_is_read_by_its_fields_and_written_as_before(topic: str) -> None:
    (payload,) = TOPICS[topic].decode(encode([WRITTEN[topic]]))
    assert type(payload) is TOPICS[topic].payload
    assert encode(payload) == encode(WRITTEN[topic])


@each(("topic", "written", "expected"), SHORTER)
def test_a_payload_of_an_earlier_version_is_completed(topic: str, written: list[Any], expected: object) -> None:
    assert TOPICS[topic].decode(encode([written, written])) == [expected, expected]


def test_what_stands_within_a_payload_has_names_too() -> None:
    (payload,) = TOPICS["tax.assessed"].decode(encode([WRITTEN["tax.assessed"]]))
    assert payload == TaxAssessed(
        7, [Doubt("15101", {"gcode": "6109100010", "price": "1.00"}, ("valuation.price_floor@2016-04-08",))]
    )


@each(
    ("topic", "written"),
    [
        ("deadline.closing", []),
        ("deadline.closing", ["seven"]),
        ("deadline.closing", [7, 8]),
        ("deadline.officer", [7]),
    ],
)
def test_a_payload_that_no_version_wrote_is_refused(topic: str, written: list[Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        TOPICS[topic].decode(encode([written]))


def test_a_payload_finds_its_topic() -> None:
    assert ROUTES.of(BatchDue(7)) == Route("customs", "deadline.batch")
    assert ROUTES.of(Parcels(7, 0, 500), "goods.arrived") == Route("customs", "goods.arrived")


@each(
    ("payload", "topic"),
    [
        (Parcels(7, 0, 500), ""),
        (Parcels(7, 0, 500), "goods.late"),
        (BatchDue(7), "deadline.summary"),
        ([7], ""),
        ([7], "deadline.batch"),
    ],
)
def test_a_payload_that_its_topic_does_not_carry_is_refused(payload: Any, topic: str) -> None:
    with pytest.raises(TypeError, match="is carried by"):
        ROUTES.of(payload, topic)


def test_no_topic_stands_in_two_tables() -> None:
    (closing,) = [topic for topic in TOPICS.values() if topic.name == "deadline.closing"]
    with pytest.raises(ValueError, match=r"deadline\.closing"):
        Routes([("customs", [closing]), ("tax", [closing])])
