"""Warehouses abroad tell their stock by EDIFACT: it is booked as if it had come as a message, JSON or a ledger; what is
wrong is told by segment and element, and CONTRL answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import schemas.edifact
from schemas.edifact.reading import read_interchange
from tests.commands import run_command
from tests.stories.overseas import Overseas, told
from tests.stories.overseas_edifact import codes, goods, interchange, message, post, tell
from tests.stories.summarising import MERCHANT

SAMPLES = Path(schemas.edifact.__file__).parent / "samples"
RECEIPT = ("RECADV", message("RECADV", goods("194:100:PCE"), number="GR1"))
SALE = ("SLSRPT", message("SLSRPT", goods("153:30:PCE"), number="SR1", at="202611051200?+01:303"))
WRONG = ("SLSRPT", message("SLSRPT", goods("153:1:KGM", "61:0:PCE"), number="SR2", at="20261105:102"))


@pytest.fixture
def overseas(start_story):
    told = Overseas(start_story())
    told.exported("100")
    return told


def segments(answer: Any) -> list[str]:
    """The segments of the CONTRL that answers, which is itself clean."""
    data = answer.data if answer.mimetype == "application/edifact" else answer.json["control"].encode("latin-1")
    read = read_interchange(data)
    assert read.findings == [], data
    return [segment.raw for segment in read.messages[0].segments[1:-1]]


def test_messages_of_an_interchange_are_booked_each_as_a_notice(overseas):
    sent = post(overseas, interchange(RECEIPT, SALE))
    assert (sent.status_code, sent.json["notices"]) == (202, ["HAM01|RECADV-GR1|1", "HAM01|SLSRPT-SR1|1"])
    assert [overseas.answers(number)[-1] for number in ("RECADV-GR1", "SLSRPT-SR1")] == [("120", "27100")] * 2
    assert overseas.on_hand() == {("HAM01", "L1"): "70.00"}
    assert segments(sent) == ["UCI+R1+HAM01:ZZ+QD-PORT:ZZ+7"]
    assert "findings" not in sent.json and sent.json["refused"] == []


def test_it_is_the_same_notice_as_the_message_of_the_window(overseas):
    post(overseas, interchange(RECEIPT))
    line = told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1", condition="S")
    assert overseas.tell(line, number="RECADV-GR1") == ("120", "27100.again")


def test_the_same_interchange_again_changes_nothing(overseas):
    for _ in range(2):
        post(overseas, interchange(RECEIPT, SALE, RECEIPT))
        overseas.story.pass_time(hours=1)
    assert overseas.answers("RECADV-GR1")[-1] == ("120", "27100.again")
    assert overseas.on_hand() == {("HAM01", "L1"): "70.00"}


def test_a_message_that_is_refused_books_nothing_and_the_others_are_taken(overseas):
    sent = post(overseas, interchange(RECEIPT, WRONG, SALE))
    assert (sent.status_code, sent.json["refused"]) == (202, ["2"])
    assert codes(sent) == [
        ("edifact-stock-time", "6/DTM/1.2"),
        ("edifact-stock-unit", "9/QTY/1.3"),
        ("edifact-stock-quantity", "10/QTY/1.2"),
    ]
    for finding in sent.json["findings"]:
        assert finding["zh"] and finding["en"] and finding["remedy_zh"] and finding["remedy_en"]
        assert finding["document"] == 2
    assert overseas.on_hand() == {("HAM01", "L1"): "70.00"}
    assert segments(sent) == [
        "UCI+R1+HAM01:ZZ+QD-PORT:ZZ+7",
        "UCM+2+SLSRPT:D:96A:UN+4",
        "UCS+6",
        "UCD+13+2:2",
        "UCS+9",
        "UCD+12+2:3",
        "UCS+10",
        "UCD+12+2:2",
    ]


def test_an_interchange_of_which_nothing_is_taken_is_refused_and_contrl_says_so(overseas):
    for accept in ("application/json", "application/edifact"):
        sent = post(overseas, interchange(WRONG), accept=accept)
        assert sent.status_code == 400
        assert segments(sent)[:2] == ["UCI+R1+HAM01:ZZ+QD-PORT:ZZ+7", "UCM+1+SLSRPT:D:96A:UN+4"]
    broken = interchange(RECEIPT).replace(b"UNZ+1", b"UNZ+2")
    sent = post(overseas, broken, accept="application/edifact")
    assert (sent.status_code, sent.mimetype) == (400, "application/edifact")
    assert segments(sent) == ["UCI+R1+HAM01:ZZ+QD-PORT:ZZ+4+29+UNZ+2"]
    assert overseas.on_hand() == {}


@pytest.mark.parametrize(("control", "action"), [("7", "7"), ("8", "8")])
def test_contrl_answers_what_was_taken_or_says_alone_that_it_came(overseas, control, action):
    sent = post(overseas, interchange(RECEIPT), accept="application/edifact", control=control)
    assert (sent.status_code, sent.mimetype) == (202, "application/edifact")
    assert segments(sent) == [f"UCI+R1+HAM01:ZZ+QD-PORT:ZZ+{action}"]
    assert overseas.on_hand() == {("HAM01", "L1"): "100.00"}


def test_who_cannot_be_answered_by_contrl_is_answered_in_json(overseas):
    sent = post(overseas, b"UNH+1'", accept="application/edifact")
    assert (sent.status_code, sent.mimetype) == (400, "application/problem+json")
    assert "control" not in sent.json


FUNCTIONS = {
    "told again as a repetition": (["9", "7"], [("120", "27100"), ("120", "27100.again")], "100.00"),
    "a repetition of what never came": (["7"], [("120", "27100")], "100.00"),
    "told without a function": ([""], [("120", "27100")], "100.00"),
    "cancelled": (["9", "1"], [("120", "27100"), ("120", "27118")], "0.00"),
    "a repetition of what was cancelled": (
        ["9", "1", "7"],
        [("120", "27100"), ("120", "27118"), ("100", "27119")],
        "0.00",
    ),
    "a function that means nothing for stock": (["4"], [("refused", "edifact-stock-function")], None),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_does(overseas, name):
    functions, answers, on_hand = FUNCTIONS[name]
    line = goods("194:100:PCE")
    assert [tell(overseas, "RECADV", line, function=function) for function in functions] == answers
    assert overseas.on_hand().get(("HAM01", "L1")) == on_hand


def test_a_replacement_replaces_and_a_cancellation_needs_no_lines(overseas):
    assert tell(overseas, "RECADV", goods("194:100:PCE")) == ("120", "27100")
    assert tell(overseas, "RECADV", goods("194:98:PCE"), function="5") == ("120", "27100.replaced")
    assert overseas.on_hand() == {("HAM01", "L1"): "98.00"}
    assert tell(overseas, "RECADV", function="1") == ("120", "27118")
    assert overseas.on_hand() == {("HAM01", "L1"): "0.00"}


# name: type, lines, what else the message and the call say, the finding with its place
REFUSED: dict[str, tuple[str, list[str], dict[str, Any], tuple[str, str]]] = {
    "stock of another warehouse": (
        "RECADV",
        [goods("194:1:PCE")],
        {"warehouse": "BER01", "call": {"warehouse": "HAM01"}},
        ("edifact-stock-warehouse", "5/NAD/2.1"),
    ),
    "a day without a time": (
        "RECADV",
        [goods("194:1:PCE")],
        {"at": "20261001:102"},
        ("edifact-stock-time", "4/DTM/1.2"),
    ),
    "a night that exists twice": (
        "RECADV",
        [goods("194:1:PCE")],
        {"at": "202610250230:203"},
        ("edifact-stock-offset", "4/DTM/1.2"),
    ),
    "a night that is left out": (
        "RECADV",
        [goods("194:1:PCE")],
        {"at": "202603290230:203"},
        ("edifact-stock-offset", "4/DTM/1.2"),
    ),
    "an offset of another season": (
        "RECADV",
        [goods("194:1:PCE")],
        {"at": "202610010800?+01:303"},
        ("edifact-stock-offset", "4/DTM/1.2"),
    ),
    "goods without the seller's number": (
        "RECADV",
        [goods("194:1:PCE", item="", lot="", gtin="9521141010013")],
        {},
        ("edifact-stock-item", "7/LIN/3.1"),
    ),
    "an unknown unit": ("RECADV", [goods("194:1:KGM")], {}, ("edifact-stock-unit", "9/QTY/1.3")),
    "a quantity below zero": ("RECADV", [goods("194:-1:PCE")], {}, ("edifact-stock-quantity", "9/QTY/1.2")),
    "six decimals": ("RECADV", [goods("194:1.000001:PCE")], {}, ("edifact-stock-quantity", "9/QTY/1.2")),
    "more than can be kept": ("RECADV", [goods(f"194:{'9' * 15}:PCE")], {}, ("edifact-stock-quantity", "9/QTY/1.2")),
    "received goods with damaged ones, maybe": (
        "RECADV",
        [goods("48:10:PCE", "195:2:PCE")],
        {},
        ("edifact-stock-sum", "9/QTY/1.1"),
    ),
    "a partner without a country": (
        "DESADV",
        [goods("12:1:PCE")],
        {"parties": "NAD+ST+BER01::92'"},
        ("edifact-stock-party", "6/NAD/9"),
    ),
    "goods that go to where they are": (
        "DESADV",
        [goods("12:1:PCE")],
        {"parties": "NAD+ST+HAM01::92++N+S+C++1+DE'"},
        ("edifact-stock-itself", "6/NAD/2.1"),
    ),
    "a price without a currency": (
        "SLSRPT",
        [goods("PRI+AAA:20", "153:1:PCE")],
        {"at": "202611051200?+01:303"},
        ("edifact-stock-price", "9/PRI/1.2"),
    ),
    "a lot that is too long": (
        "RECADV",
        [goods("194:1:PCE", lot="L" * 21)],
        {},
        ("edifact-stock-text", "7/LIN"),
    ),
    "a number that is too long": (
        "RECADV",
        [goods("194:1:PCE")],
        {"number": "N" * 29},
        ("edifact-stock-number", "2/BGM/2.1"),
    ),
    "a cancellation of nothing": ("RECADV", [], {"number": "", "function": "1"}, ("edifact-stock-number", "2/BGM/2.1")),
    "a zone of another place": (
        "RECADV",
        [goods("194:9:PCE")],
        {"at": "202610010800CST:303"},
        ("edifact-stock-offset", "4/DTM/1.2"),
    ),
    "a document dated by a zone of another place": (
        "RECADV",
        [goods("194:9:PCE")],
        {"dated": "202611200800CST:303"},
        ("edifact-stock-offset", "3/DTM/1.2"),
    ),
    "a document dated in the hour that the clock shows twice": (
        "RECADV",
        [goods("194:9:PCE")],
        {"dated": "202610250230:203"},
        ("edifact-stock-offset", "3/DTM/1.2"),
    ),
    "a document dated by a month": (
        "RECADV",
        [goods("194:9:PCE")],
        {"dated": "202611:610"},
        ("edifact-stock-date", "3/DTM/1.3"),
    ),
    "nothing that is stock": ("RECADV", [goods("21:1:PCE")], {}, ("edifact-stock-nothing", "2/BGM")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_notice_is_told_by_segment_and_element(overseas, name):
    kind, lines, more, expected = REFUSED[name]
    call = {"warehouse": more.get("warehouse", "HAM01"), **more.pop("call", {})} if "call" in more else {}
    sent = post(overseas, interchange((kind, message(kind, *lines, **more))), **call)
    assert (sent.status_code, codes(sent)) == (400, [expected])
    assert overseas.on_hand() == {} and overseas.answers("RECADV-1") == []


# name: type, lines, what else message and call say, what is on hand
TOLD_BESIDE: dict[str, tuple[str, list[str], dict[str, Any], dict[str, str]]] = {
    "the time of a day": ("RECADV", [goods("194:9:PCE")], {"at": "20261001:102"}, {"dayTime": "12:00"}),
    "the offset, by the clock of the zone": ("RECADV", [goods("194:9:PCE")], {"at": "202610010800:203"}, {}),
    "an instant of UTC": ("RECADV", [goods("194:9:PCE")], {"at": "202610010600UTC:303"}, {}),
    "the seller's number": (
        "RECADV",
        [goods("194:9:PCE", item="", gtin="9521141010013")],
        {},
        {"items": "9521141010013=SKU1"},
    ),
    "a document dated by the name of the zone": ("RECADV", [goods("194:9:PCE")], {"dated": "202611200800CET:303"}, {}),
    "a document dated by the clock of the zone": ("RECADV", [goods("194:9:PCE")], {"dated": "202611200800:203"}, {}),
    "a unit where none is told": ("RECADV", [goods("194:9")], {}, {}),
    "how the warehouse is called": (
        "RECADV",
        [goods("194:9:PCE")],
        {"warehouse": "4000001000005"},
        {"party": "4000001000005"},
    ),
}


@pytest.mark.parametrize("name", TOLD_BESIDE)
def test_what_edifact_does_not_tell_the_call_does(overseas, name):
    kind, lines, more, call = TOLD_BESIDE[name]
    sent = post(overseas, interchange((kind, message(kind, *lines, **more))), **call)
    assert sent.status_code == 202, sent.json
    assert overseas.on_hand() == {("HAM01", "L1"): "9.00"}


def test_a_price_without_tax_is_what_a_draft_counts_with(overseas):
    item = overseas.exported("50", fob="1000.00")
    overseas.pre_refunded(item, "50", "1000.00", "500.00")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "150", lot="L1"))
    sold = goods("PRI+AAA:19", "153:120:PCE")
    answer = tell(overseas, "SLSRPT", sold, head="", parties="CUX+2:USD:4'", at="202611051200?+01:303")
    assert answer == ("120", "27100")
    (draft,) = overseas.drafts()
    (line,) = draft.lines
    assert (line.sold_qty, line.amount, line.currency, line.estimated) == ("20.00", "380.00", "USD", False)


def test_a_sale_in_a_currency_without_a_rate_counts_with_its_share_of_the_fob_and_stops_nothing(overseas):
    item = overseas.exported("50", fob="1000.00")
    overseas.pre_refunded(item, "50", "1000.00", "500.00")
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "150", lot="L1"))
    sold = goods("PRI+AAA:80", "153:120:PCE")
    assert tell(overseas, "SLSRPT", sold, head="", parties="CUX+2:PLN:4'", at="202611051200?+01:303")[0] == "120"
    (line,) = overseas.drafts()[0].lines
    assert (line.sold_qty, line.amount, line.estimated) == ("20.00", "400.00", True)
    assert line.receipts == {"PLN": "1600.00"}


def test_a_partner_of_a_country_that_the_call_names_gets_a_transfer_or_goods_sent_back(overseas):
    overseas.tell(told("I", "2026-10-01T08:00:00+02:00", "100", lot="L1"))
    lines, partner = goods("12:5:PCE"), "NAD+ST+P1::92'"
    for number, country in (("1", "DE"), ("2", "CN")):
        answer = tell(
            overseas,
            "DESADV",
            lines,
            parties=partner,
            number=number,
            at="202610100800?+02:303",
            call={"partners": f"P1={country}"},
        )
        assert answer == ("120", "27100")
    row = overseas.stock()["HAM01", "L1"]
    assert (row.transferred, row.sent_back, row.on_hand) == ("-5.00", "5.00", "90.00")


@pytest.mark.parametrize(
    "bad",
    [
        {"timeZone": "Europe/Berlin"},
        {"timeZone": "DEU=Berlin"},
        {"dayTime": "noon"},
        {"dayTime": "12:00x"},
        {"unit": ""},
    ],
)
def test_a_call_that_says_something_impossible_is_refused(overseas, bad):
    answer = post(overseas, interchange(RECEIPT), **bad)
    assert answer.status_code in (400, 422)
    assert answer.json["findings"][0]["path"] in bad


def test_a_message_of_more_than_two_thousand_lines_comes_in_parts(overseas):
    lines = [goods("145:100:PCE", number=number) for number in range(1, 2_002)]
    sent = post(overseas, interchange(("INVRPT", message("INVRPT", *lines, number="S1", at="202611200800?+01:303"))))
    assert sent.json["notices"] == ["HAM01|INVRPT-S1|1", "HAM01|INVRPT-S1|2"]


def test_the_samples_of_the_window_are_read_for_their_warehouses(overseas):
    sent = post(
        overseas,
        (SAMPLES / "INVRPT_D96A.edi").read_bytes(),
        warehouse="DEHAM-WH03",
        unit="PCE=011,KGM=035",
        dayTime="12:00",
    )
    assert sent.status_code == 202, sent.json


def test_the_command_sends_an_interchange_and_keeps_the_contrl(overseas, tmp_path):
    file, contrl = tmp_path / "stock.edi", tmp_path / "contrl.edi"
    file.write_bytes(interchange(RECEIPT, WRONG))
    data = ["--data", overseas.story.window.settings.data, "--sandbox", "story"]
    given = ["--company", MERCHANT.code, "--warehouse", "HAM01", "--zone", "DEU=Europe/Berlin", "--unit", "PCE=011"]
    given += ["--epr", "DE1234567890123", "--contrl", contrl]
    sent = run_command("overseas", "edifact", file, *given, *data, code=1).output
    assert "HAM01|RECADV-GR1|1" in sent and "[edifact-stock-time]" in sent
    assert b"UCM+2+SLSRPT:D:96A:UN+4'" in contrl.read_bytes()
    overseas.story.window.settle()
    assert overseas.on_hand() == {("HAM01", "L1"): "100.00"}
    file.write_bytes(interchange(WRONG))
    contrl.unlink()
    refused = run_command("overseas", "edifact", file, *given, *data, "--json", code=1).output
    assert "edifact-stock-unit" in json.dumps(refused) and contrl.exists()
    file.write_bytes(interchange(SALE))
    assert "edifact-duplicate" in run_command("overseas", "edifact", file, *given, *data, code=1).output
    file.write_bytes(interchange(SALE, reference="R2"))
    assert "HAM01|SLSRPT-SR1|1" in run_command("overseas", "edifact", file, *given, *data, code=0).output
