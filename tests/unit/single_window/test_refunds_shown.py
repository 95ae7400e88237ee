"""Refund claims over HTTP, on the pages and on the command line: listed, explained, decided."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import Table, insert

from declarations.calendar import DAY
from declarations.money import SCALE
from gateways.circumstances import Options
from single_window.api.app import create_app
from single_window.clock import Clock
from single_window.store import tables
from single_window.store.engine import writing
from single_window.work.runtime import Runtime
from tests.commands import run_command
from tests.databases import carry_out, window_in
from tests.described import described_client
from tests.officers import Browser, signed_in
from tests.stories.story import NOON
from tests.tables import each

SANDBOX, ITEM = "s", "422720260000000123003"
RATE = "refund.rates/6109100010@2019-04-01"
STRANGE = 'a/b?c#"<i>%|&'
HOSTILE = "<script>alert('税')</script>"
WORKING = [
    [
        "L1",
        [
            [
                "20300",
                {"link": "L1", "base": "30000.00", "rate": "13%", "levy": "13%", "table": "13%", "refund": "3900.00"},
                [RATE],
            ]
        ],
    ]
]
CONDITIONS = [
    [
        [ITEM],
        "refund",
        [
            ["20003", "satisfied", {"hs10": "6109100010"}, [RATE]],
            [
                "20701",
                "failed",
                {"filed": "2026-12-16", "days": "15", "day": "2026-12-31"},
                ["refund.index_days@2022-01-01"],
            ],
            ["20702", "not_applicable", {"exported": "2026-11-30"}, []],
        ],
    ]
]


def yuan(amount: int) -> int:
    return amount * SCALE


def claim(number: int, state: str, **more: Any) -> tuple[Table, dict[str, Any]]:
    cop_no = f"TS{number}"
    return tables.refund_claim, {
        "id": number,
        "key": f"3702961003|{cop_no}",
        "cop_no": cop_no,
        "state": state,
        "ebc_code": "3702961003",
        "kind": "T",
        "period": "202612",
        "lines": 2,
        "refund": yuan(3900),
        "filed_at": NOON - DAY,
        "mailboxes": "DXPENT0000000001",
        **more,
    }


ROWS = (
    claim(
        1,
        "paid",
        firm_class=3,
        paid=yuan(3900),
        exchange="collected",
        working=json.dumps(WORKING),
        conditions=json.dumps(CONDITIONS),
        due=NOON + 10 * DAY,
        decided_at=NOON,
        paid_at=NOON,
    ),
    claim(2, "in_review", stage="officer", due=NOON + DAY, firm_class=4, version=7),
    claim(3, "rejected", reasons=json.dumps([["20501", {"reason": HOSTILE}, []]])),
    (
        tables.refund_claim,
        {"id": 9, "key": f"B|{STRANGE}", "cop_no": STRANGE, "state": "deleted", "ebc_code": "B", "kind": "T"},
    ),
    (
        tables.refund_line,
        {
            "claim_id": 1,
            "number": 1,
            "part": "E",
            "link_no": "L1",
            "item_no": ITEM,
            "gcode": "6109100010",
            "unit": "011",
            "qty": yuan(600),
            "taken": yuan(600),
            "currency": "USD",
            "fob": yuan(7740),
            "base": yuan(30000),
            "refund": yuan(3900),
            "treatment": "refund",
        },
    ),
    (
        tables.refund_line,
        {
            "claim_id": 1,
            "number": 2,
            "part": "P",
            "link_no": "L1",
            "gcode": "6109100010",
            "unit": "011",
            "qty": yuan(600),
            "base": yuan(30000),
            "invoice_id": 9,
            "invoice_line": 1,
        },
    ),
    (tables.refund_line, {"claim_id": 2, "number": 1, "part": "E", "item_no": "nothing", "treatment": "no_invoice"}),
    (
        tables.vat_invoice,
        {
            "id": 9,
            "key": "3702961003|263",
            "invoice_no": "263",
            "state": "used",
            "kind": "1",
            "usage": "1",
            "issued_on": "2026-11-05",
            "seller_name": HOSTILE,
            "ebc_code": "3702961003",
        },
    ),
    (
        tables.vat_invoice_line,
        {
            "invoice_id": 9,
            "number": 1,
            "qty": yuan(1000),
            "amount": yuan(50000),
            "tax_rate": 13_000,
            "tax": yuan(6500),
            "used": yuan(600),
        },
    ),
    (
        tables.export_item,
        {
            "item_no": ITEM,
            "ebc_code": "3702961003",
            "trade_mode": "9610",
            "exported_on": "2026-11-30",
            "gcode": "6109100010",
            "unit": "011",
            "qty": yuan(700),
            "currency": "USD",
            "fob": yuan(9030),
            "pool": "S9",
            "used": yuan(600),
        },
    ),
    (tables.summary, {"id": 9, "key": "A|HZ", "state": "summarised", "ebc_code": "3702961003"}),
    (tables.summary_declaration, {"summary_id": 9, "number": 1, "entry_id": ITEM[:18]}),
    (
        tables.forex_leg,
        {
            "report_id": 5,
            "number": 1,
            "state": "booked",
            "ebc_code": "3702961003",
            "direction": "1",
            "leg_kind": "1",
            "entry_no": ITEM[:18],
            "currency": "502",
            "amount": yuan(9030),
        },
    ),
    (tables.exchange_pool, {"pool": "S9", "currency": "USD", "ebc_code": "3702961003", "used": yuan(7740)}),
    (tables.participant, {"code": "3702961003", "name": HOSTILE, "kinds": "merchant"}),
    *(
        (
            tables.timeline,
            {
                "id": place,
                "key": "3702961003|TS2",
                "order_no": "TS2",
                "at": NOON + place,
                "actor": "tax",
                "kind": "refund_claim",
                "event": event,
                "state": state,
                "reasons": reasons,
            },
        )
        for place, (event, state, reasons) in enumerate(
            (
                ("refund_review", "in_review", json.dumps([["20560", {"class": "4", "share": "50%"}, []]])),
                ("action_refused", "in_review", ""),
            )
        )
        if place or event
    ),
    (
        tables.refund_entry,
        {
            "id": 7,
            "claim_id": 1,
            "ebc_code": "3702961003",
            "kind": "paid",
            "amount": yuan(3900),
            "notice_no": "T2026000000001",
            "at": NOON,
        },
    ),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refunds")
    window = window_in(folder)
    window.make_sandbox(SANDBOX, Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(window.engine) as connection:
        for table, row in ROWS:
            connection.execute(insert(table).values(sandbox=SANDBOX, **row))
    window.close()
    return folder


@pytest.fixture
def client(data: Path) -> Iterator[Browser]:
    window = window_in(data)
    window.set_options(SANDBOX, open_desks=True)
    with described_client(create_app(window, runtime=Runtime(window))) as made:
        made.environ_base["HTTP_X_SANDBOX"] = SANDBOX
        yield signed_in(made, window, "li", display="李")
    window.close()


def call(data: Path, *arguments: str) -> Result:
    return run_command("refund", *arguments, "--data", data, "--sandbox", SANDBOX)


def decided(data: Path, *act: str) -> str:
    """What an act at the command line says."""
    where = ["--about", "refund_claim", "--data", str(data), "--sandbox", SANDBOX]
    return run_command("act", *act, *where).output


def answer(data: Path, *arguments: str) -> Any:
    result = call(data, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_explanation_has_every_number_with_its_source(client: Browser) -> None:
    assert client.get("/api/v1/refunds/TS9/explanation").status_code == 404
    content = client.get("/api/v1/refunds/TS1/explanation").json
    (line,), (paper,), (pool,) = content["exports"], content["purchases"], content["exchange"]
    assert (line["item_no"], line["exported_on"], line["rate"]["id"], line["rate"]["refund"]) == (
        ITEM,
        "2026-11-30",
        RATE,
        "0.13",
    )
    assert (paper["invoice_no"], paper["used"], paper["left"]) == ("263", "600.00", "400.00")
    assert (pool["collected"], pool["needed"], pool["enough"]) == ("9030.00", "7740.00", True)
    assert [condition["outcome"] for condition in content["treatments"][0]["conditions"]] == [
        "satisfied",
        "failed",
        "not_applicable",
    ]
    (basis,) = content["workings"][0]["steps"][0]["bases"]
    assert basis["id"] == RATE and basis["since"] == "2019-04-01" and "0.13" in basis["content"]
    assert all(row["agrees"] for row in content["sums"]) and len(content["sums"]) >= 3
    assert content["next_day"]["name"] == "index" and content["next_day"]["day"] == "2026-12-04"
    days = {day["name"]: day["day"] for day in content["days"]}
    assert days == {
        "review": "2026-11-30",
        "index": "2026-12-04",
        "exchange": "2027-04-30",
        "window": "2027-04-30",
        "cut_off": "2029-11-30",
        "retention": "2036-11-30",
    }
    assert all(day["because"]["bases"] for day in content["days"])


def test_amounts_that_do_not_add_up_and_items_that_nobody_knows_are_shown_as_such(client: Browser) -> None:
    content = client.get("/api/v1/refunds/TS2/explanation").json
    assert [row["name"] for row in content["sums"] if not row["agrees"]] == ["refund"]
    assert content["exports"][0]["known"] is False and content["next_day"]["name"] == "review"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_show_it_without_a_script_and_escape_what_others_wrote(client: Browser, language: str) -> None:
    query = {"sandbox": SANDBOX, "lang": language}
    every = client.get("/refunds", query_string=query)
    assert every.status_code == 200 and every.text.index("TS2") < every.text.index("TS3")
    assert client.get("/refunds", query_string={**query, "state": "paid"}).text.count("data-row") == 1
    for number in ("TS1", "TS2", "3702961003|TS3"):
        page = client.get(f"/refunds/{number}", query_string=query)
        assert page.status_code == 200 and page.text.count("<script") == 1
    shown = client.get("/refunds/TS1", query_string=query).text
    assert (
        "2019-04-01" in shown
        and 'class="chip bad"' in shown
        and 'value="recover" data-key="."' in re.sub(r"\s+", " ", shown)
    )
    waiting = client.get("/refunds/TS2", query_string=query).text
    assert [f'data-key="{key}"' in waiting for key in "cpda"] == [True] * 4
    assert "&lt;script&gt;" in client.get("/refunds/TS3", query_string=query).text
    assert client.get("/refunds/TS9", query_string=query).status_code == 404


def test_what_cannot_be_decided_is_refused_with_what_to_do(client: Browser) -> None:
    for given, status in (
        ({"action": "refuse"}, 422),
        ({"action": "recover", "reason": "x"}, 422),
        ({"action": "approve", "seen": 99}, 409),
        ({"action": "dance"}, 422),
        ({"action": "reduce", "reason": "x", "amount": "3900.00"}, 422),
        ({"action": "reduce", "reason": "x", "amount": "-1"}, 422),
        ({"action": "approve", "amount": "1"}, 422),
    ):
        assert client.post("/api/v1/cases/refund_claim/TS2/decisions", json={**given}).status_code == status, given
    assert client.post("/api/v1/cases/refund_claim/TS9/decisions", json={"action": "approve"}).status_code == 404
    form = {"act": "refuse"}
    assert client.post("/refunds/TS2?sandbox=s", data=form).status_code == 422
    assert client.post("/refunds/TS2?sandbox=s", data={**form, "version": "99"}).status_code == 409


@each("language", ["zh", "en"])
def test_the_command_line_shows_the_same(data: Path, language: str) -> None:
    assert [refund["cop_no"] for refund in answer(data, "list")["refunds"]] == [STRANGE, "TS3", "TS2", "TS1"]
    assert [refund["cop_no"] for refund in answer(data, "list", "--waiting")["refunds"]] == ["TS2"]
    assert answer(data, "explain", "TS1")["claim"]["amounts"]["paid"] == "3900.00"
    assert answer(data, "explain", "TS1")["next_day"]["day"] == "2026-12-04"
    message = call(data, "explain", "TS1", "--lang", language).stdout
    for text in ("3900.00", ITEM, "263", "2019-04-01", "2026-12-04", "20300"):
        assert text in message, text
    for number in ("TS1", "TS2", "TS3", "3702961003|TS1"):
        assert call(data, "show", number, "--lang", language).exit_code == 0
    assert call(data, "show", "TS9").exit_code == 1
    assert "needs a reason" in decided(data, "TS2", "refuse")
    assert answer(data, "claimable") == {"exports": []} and call(data, "draft", "claim", "TS1").exit_code == 1


def test_the_no_invoice_lane_has_its_income_tax_note(data: Path) -> None:
    window = window_in(data)
    carry_out(
        window.engine,
        insert(tables.refund_line).values(
            sandbox=SANDBOX,
            claim_id=3,
            number=1,
            part="E",
            item_no=ITEM,
            gcode="6109100010",
            currency="CNY",
            fob=yuan(3_000_000),
            treatment="no_invoice",
        ),
    )
    window.close()
    note = [row["words"]["en"] for row in answer(data, "explain", "TS3")["income_tax"]]
    assert any("30000.00" in text for text in note) and any("6000.00" in text for text in note)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_officer_finds_on_the_page_why_it_waits_whose_it_is_and_what_customs_has(
    client: Browser, language: str
) -> None:
    query = {"sandbox": SANDBOX, "lang": language}
    waiting = client.get("/refunds/TS2", query_string=query).text
    assert re.search(r'class="why".*50%', waiting, re.DOTALL)
    assert re.search(r'&lt;script&gt;[^<]* <small class="codes">3702961003</small>', waiting)
    assert 'name="version" value="7"' in waiting
    shown = " ".join(client.get("/refunds/TS1", query_string=query).text.split())
    assert "700.00" in shown and "9,030.00 " in shown
    line, failed, met = (shown.index(text) for text in ("6109100010", "2026-12-31", '<details class="fold">'))
    assert line < failed < met, "the lines first, then what is not met, and what is met folded"


def test_the_chinese_page_has_no_english_words_of_ours(client: Browser) -> None:
    for number in ("TS1", "TS2"):
        text = client.get(f"/refunds/{number}", query_string={"sandbox": SANDBOX, "lang": "zh"}).text
        heads = re.findall(r"<t?h(?:ead)?[^>]*scope=\"col\"[^>]*>([^<]*)<", text) + re.findall(r"<dt>([^<]*)<", text)
        assert heads and not [head for head in heads if re.search("[A-Za-z]{2}", head)]


def test_a_refused_form_keeps_what_was_typed_and_says_it_in_the_language_of_the_page(client: Browser) -> None:
    for given, message in (({"act": "reduce", "amount": "1.001"}, "到分为止"), ({"act": "dance"}, "不能dance")):
        page = client.post(
            "/refunds/TS2?sandbox=s&lang=zh",
            data={"state": "in_review", "version": "7", "reason": '单价"偏高', **given},
        )
        assert page.status_code == 422 and message in page.text
        assert "单价&#34;偏高" in page.text


def test_dated_values_are_reported_in_the_language_of_the_page_and_with_their_unit(client: Browser) -> None:
    pages = {
        language: html.unescape(client.get(f"/refunds/TS1?sandbox=s&lang={language}").text) for language in ("zh", "en")
    }
    assert "征税率 0.13, 退税率 0.13" in pages["zh"] and "levy 0.13, refund 0.13" in pages["en"]
    assert "36 个月" in pages["zh"] and "36 months" in pages["en"]
    bases = re.findall(r'class="basis">(.*?) · \d{4}-', pages["zh"])
    assert bases and not [text for text in bases if re.search("[a-z]{2}", text)]


def test_of_many_lines_those_that_are_wrong_are_seen_first(data: Path, client: Browser) -> None:
    assert '<details class="paper"><summary>export lines' not in client.get("/refunds/TS1?sandbox=s&lang=en").text
    window = window_in(data)
    with writing(window.engine) as connection:
        connection.execute(insert(tables.refund_claim).values(sandbox=SANDBOX, **claim(20, "accepted")[1]))
        for number in range(1, 61):
            connection.execute(
                insert(tables.refund_line).values(
                    sandbox=SANDBOX,
                    claim_id=20,
                    number=number,
                    part="E",
                    item_no=ITEM if number < 60 else "lost",
                    gcode="6109100010",
                    unit="011",
                    currency="USD",
                    qty=yuan(1),
                    fob=yuan(12),
                )
            )
    window.close()
    page = client.get("/refunds/TS20?sandbox=s&lang=en").text
    evidence = page.partition('id="evidence"')[2]
    first = evidence.partition("<tbody>")[2].partition("</tr>")[0]
    assert "60" in first and "customs does not know the item" in first and "Values that differ: 1<" in evidence


def test_amounts_of_a_claim_have_their_unit(client: Browser, data: Path) -> None:
    assert "<b>3,900.00</b> 元<" in client.get("/refunds/TS1?sandbox=s&lang=zh").text
    assert "<b>3,900.00</b> yuan<" in client.get("/refunds/TS1?sandbox=s&lang=en").text
    assert "3900.00 yuan" in call(data, "show", "TS1").stdout
