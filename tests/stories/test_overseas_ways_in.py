"""A notice of stock abroad is the same whether it comes as a message, as JSON or as a ledger in CSV."""

from __future__ import annotations

import gzip
import json

import pytest

from single_window.api.app import create_app
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.stories.overseas import Overseas, told
from tests.stories.summarising import MERCHANT

HEADER = "Date,MSKU,EventType,Quantity,FulfillmentCenter,Country,ReferenceID,Disposition,Lot,Price,Currency,VoucherNo"
ROWS = [
    "2026-10-01T08:00:00+02:00,SKU1,Receipts,100,HAM01,DE,ASN1,SELLABLE,L1,,,",
    "2026-11-05T12:00:00+01:00,SKU1,CustomerShipments,-30,HAM01,DE,O1,SELLABLE,L1,23.80,EUR,RE1",
    "2026-11-06T12:00:00+01:00,SKU1,Lost,-2,HAM01,DE,,,L1,,,",
    "2026-11-07T12:00:00+01:00,SKU1,Damaged,-3,HAM01,DE,,,L1,,,",
    "2026-11-08T12:00:00+01:00,SKU1,Disposed,-1,HAM01,DE,R1,DEFECTIVE,L1,,,",
    "2026-11-09T12:00:00+01:00,SKU1,CustomerReturns,1,HAM01,DE,O1,CUSTOMER_DAMAGED,L1,,,",
]
QUERY = {"ebcCode": MERCHANT.code, "timeZone": "DEU=Europe/Berlin", "unit": "011", "eprNo": "DE1234567890123"}


@pytest.fixture
def overseas(story):
    return Overseas(story)


def client_of(overseas):
    return create_app(overseas.story.window, runtime=Runtime(overseas.story.window)).test_client()


def post(overseas, path, **sent):
    answer = client_of(overseas).post(f"/api/v1/overseas/{path}", headers={"X-Sandbox": overseas.story.sandbox}, **sent)
    overseas.story.window.settle()
    return answer


def test_a_ledger_becomes_a_notice_of_each_centre(overseas):
    overseas.exported("100")
    overseas.exported("50", "JPN")
    rows = [*ROWS, "2026-10-01T08:00:00+09:00,SKU1,Receipts,50,TYO01,JP,ASN2,SELLABLE,,,,"]
    zones = {**QUERY, "timeZone": "DEU=Europe/Berlin,JPN=Asia/Tokyo"}
    answer = post(overseas, "ledgers", data="\n".join([HEADER, *rows]), query_string=zones)
    assert answer.status_code == 202, answer.json
    numbers = [key.split("|")[1] for key in answer.json["notices"]]
    assert [overseas.answers(number)[-1] for number in numbers] == [("120", "27100"), ("120", "27100")]
    assert overseas.on_hand() == {("HAM01", "L1"): "68.00", ("TYO01", ""): "50.00"}
    assert overseas.stock()["HAM01", "L1"].damaged == "3.00"
    again = post(overseas, "ledgers", data="\n".join([HEADER, *rows]), query_string=zones)
    assert again.json["notices"] == answer.json["notices"]
    assert overseas.answers(numbers[0])[-1] in [("120", "27100"), ("120", "27100.again")]
    assert overseas.on_hand() == {("HAM01", "L1"): "68.00", ("TYO01", ""): "50.00"}


def test_a_bad_ledger_is_refused_with_every_bad_cell(overseas):
    bad = [
        "2026-13-01,SKU1,Receipts,100,HAM01,DE,,,,,,",
        "2026-10-01T08:00:00+02:00,,Recieved,x,HAM01,FR,,,,,,",
        "2026-10-01T08:00:00+02:00,SKU1,Receipts,0,HAM01,DE,,,,,,",
        "2026-10-01T08:00:00+02:00,SKU1,Shipments,-1,HAM01,JP,,,,5,,",
    ]
    answer = post(overseas, "ledgers", data="\n".join([HEADER, *bad]), query_string=QUERY)
    assert answer.status_code == 400
    found = {(finding["line"], finding["path"].partition(":")[2]) for finding in answer.json["findings"]}
    assert found == {
        (2, "Date"),
        (3, "MSKU"),
        (3, "EventType"),
        (3, "Quantity"),
        (3, "Country"),
        (4, "Quantity"),
        (5, "Currency"),
        (5, "Country"),
    }
    assert all(finding["remedy_en"].startswith("allowed: ") for finding in answer.json["findings"])
    assert overseas.on_hand() == {}


@pytest.mark.parametrize("found", ["sNaN", "NaN", "1e999999", "9e999999999", "1e999990", "1e14", "1." + "0" * 34 + "1"])
@pytest.mark.parametrize("column", ["Quantity", "Price"])
def test_a_number_that_nobody_can_keep_is_a_bad_cell(overseas, found, column):
    cells = {"Quantity": "1", "Price": "1", column: found}
    row = f"2026-10-01T08:00:00+02:00,SKU1,CustomerShipments,{cells['Quantity']},HAM01,DE,O1,,,{cells['Price']},EUR,"
    answer = post(overseas, "ledgers", data=f"{HEADER}\n{row}", query_string=QUERY)
    assert answer.status_code == 400
    (finding,) = answer.json["findings"]
    assert (finding["line"], finding["path"].partition(":")[2], finding["found"]) == (2, column, found)


HEADINGS = (
    "Date|FNSKU|ASIN|MSKU|Title|Event Type|Reference ID|Quantity|Fulfillment Center|Disposition|Reason|Country"
    "|Reconciled Quantity|Unreconciled Quantity|Date and Time|Store"
)
DOWNLOADED = (
    "10/01/2026|X1|B0|SKU1|Cap, blue|Receipts|ASN1|40|HAM01|SELLABLE||DE|0|0|2026-10-01T02:30:00+0200|",
    "11/02/2026|X1|B0|SKU1|Cap, blue|Shipments||-3|HAM01|SELLABLE||DE|0|0||",
    "11/03/2026|X1|B0|SKU1|Cap, blue|CustomerReturns||1|HAM01|CUSTOMER_DAMAGED||DE|0|0||",
    "11/05/2026|X1|B0|SKU1|Cap, blue|Adjustments||-2|HAM01|SELLABLE|M|DE|0|2||",
    "11/06/2026|X1|B0|SKU1|Cap, blue|Receipts|ASN1|-5|HAM01|SELLABLE||DE|0|0||",
    "|" * 15,
)
"""The inventory ledger in detail, as sellers download it."""


@pytest.mark.parametrize("form", ["tabs", "commas", "gzip"])
def test_a_ledger_is_read_as_sellers_download_it(overseas, form):
    overseas.exported("100")
    separator = "\t" if form == "tabs" else ","
    text = "\ufeff" + "\r\n".join(
        separator.join(f'"{cell}"' for cell in row.split("|")) for row in (HEADINGS, *DOWNLOADED)
    )
    data = gzip.compress(text.encode()) if form == "gzip" else text.encode()
    answer = post(overseas, "ledgers", data=data, query_string={**QUERY, "timeZone": "DE=Europe/Berlin"})
    assert answer.status_code == 202, answer.json
    remarks = {finding["code"]: finding["en"] for finding in answer.json["findings"]}
    assert list(remarks) == ["ledger-columns", "ledger-days", "ledger-taken-back"]
    assert "Store" in remarks["ledger-columns"] and "(4)" in remarks["ledger-days"]
    assert overseas.on_hand() == {("HAM01", ""): "31.00"}, "40 - 3 + 1 - 2 - 5"
    assert post(overseas, "ledgers", data=data, query_string=QUERY).json["notices"] == answer.json["notices"]
    assert overseas.on_hand() == {("HAM01", ""): "31.00"}


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("Quantity", "1e5"),
        ("Quantity", "１"),
        ("Quantity", "1,000"),
        ("MSKU", "4.00952E+12"),
        ("GTIN", "4.00952E+12"),
        ("GTIN", "61414100001"),
        ("GTIN", "4006381333932"),
        ("Date", "25/10/2026"),
        ("Date", "2026-10-25T02:30:00"),
        ("Date", "2026-10-01T08:00:00+09:00"),
    ],
)
def test_what_a_spreadsheet_has_made_of_a_cell_is_a_bad_cell(overseas, column, found):
    cells = {"Date": "2026-10-01T08:00:00+02:00", "MSKU": "SKU1", "EventType": "Receipts", "Quantity": "1", "GTIN": ""}
    cells |= {"FulfillmentCenter": "HAM01", "Country": "DE", column: found}
    data = f"{','.join(cells)}\n" + ",".join(f'"{cell}"' for cell in cells.values())
    answer = post(overseas, "ledgers", data=data.encode(), query_string=QUERY)
    assert answer.status_code == 400
    (finding,) = answer.json["findings"]
    assert (finding["line"], finding["path"].partition(":")[2], finding["found"]) == (2, column, found)


def test_json_is_the_same_notice_as_the_message(overseas):
    overseas.exported("100")
    assert overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1"), number="N1") == ("120", "27100")
    line = {"event": "I", "eventTime": "2026-10-01T08:00:00+02:00", "itemNo": "SKU1", "qty": "100", "unit": "011"}
    notice = {
        "warehouseCode": "HAM01",
        "country": "DEU",
        "ebcCode": MERCHANT.code,
        "noticeNo": "N1",
        "timeZone": "Europe/Berlin",
        "asOf": "2026-11-20T04:00:00+01:00",
        "eprNo": "DE1234567890123",
        "lines": [{**line, "lot": "L1"}],
    }
    assert post(overseas, "notices", json=notice).status_code == 202
    assert overseas.answers("N1")[-1] == ("120", "27100.again")
    answer = post(overseas, "notices", json={**notice, "noticeNo": "N2", "lines": [{**line, "unit": "toolong"}]})
    assert answer.status_code == 400 and "unit" in json.dumps(answer.json)


@pytest.mark.parametrize("found", ["x", "1.0", "²", "-1", "1" * 6])
@pytest.mark.parametrize("field", ["part", "parts"])
def test_a_part_that_is_no_number_is_refused_by_name(overseas, field, found):
    head = {"warehouseCode": "HAM01", "country": "DEU", "ebcCode": MERCHANT.code, "noticeNo": "N1", "function": "1"}
    place = {"timeZone": "Europe/Berlin", "asOf": "2026-11-20T04:00:00+01:00"}
    answer = post(overseas, "notices", json={**head, **place, field: found})
    assert (answer.status_code, [finding["path"] for finding in answer.json["findings"]]) == (400, [field])


def test_a_notice_is_cancelled_by_json(overseas):
    overseas.exported("100")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100"), number="N1")
    head = {"warehouseCode": "HAM01", "country": "DEU", "ebcCode": MERCHANT.code, "noticeNo": "N1"}
    place = {"timeZone": "Europe/Berlin", "asOf": "2026-11-20T04:00:00+01:00"}
    assert post(overseas, "notices", json={**head, **place, "function": "1"}).status_code == 202
    assert overseas.answers("N1")[-1] == ("120", "27118")
    assert overseas.on_hand() == {("HAM01", ""): "0.00"}


def test_evidence_goes_by_json_as_well(overseas):
    overseas.exported("100")
    lines = [told("I", "2026-10-01T08:00:00+02:00", "100"), told("S", "2026-11-19T08:00:00+01:00", "1", ref="O1")]
    overseas.tell(*lines)
    told_by = {"ebcCode": MERCHANT.code, "copNo": "PZ1", "warehouseCode": "HAM01"}
    answer = post(overseas, "evidence", json={**told_by, "lines": [{"ref": "O1", "voucherNo": "RE1"}]})
    assert answer.status_code == 202
    assert overseas.answers("PZ1")[-1] == ("120", "27205")


def test_a_command_sends_a_ledger_and_drafts_the_reconciliation(overseas, tmp_path):
    item = overseas.exported("100", fob="2000.00")
    overseas.pre_refunded(item, "100", "2000.00", "1000.00", "TS1")
    file = tmp_path / "ledger.csv"
    file.write_text("\n".join([HEADER, *ROWS[:3]]))
    data = ["--data", overseas.story.window.settings.data, "--sandbox", "story"]
    given = ["--company", MERCHANT.code, "--zone", "DEU=Europe/Berlin", "--unit", "011", "--epr", "DE1234567890123"]
    sent = run_command("overseas", "ledger", file, *given, *data, code=0).output
    assert sent.splitlines()[-1].startswith("HAM01|CSV") and sent.strip().endswith("|1")
    overseas.story.window.settle()
    assert overseas.on_hand() == {("HAM01", "L1"): "68.00"}
    drafted = run_command("overseas", "draft", MERCHANT.code, "TS1", *data, code=0).output
    assert "<ceb:soldQty>30.00</ceb:soldQty>" in drafted and "<ceb:outcome>B</ceb:outcome>" in drafted
    file.write_text("\n".join([HEADER, "2026-13-01,SKU1,Receipts,1,HAM01,DE,,,,,,"]))
    refused = run_command("overseas", "ledger", file, *given, *data, code=1).output
    assert "Date" in refused and "with the offset of the place" in refused
