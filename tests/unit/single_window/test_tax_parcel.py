"""`single-window tax parcel` and POST /tax/parcel: parcel tax and the tax of retail import for the same goods."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from serving_http import Answer, Client

from tests.commands import run_command
from tests.tables import each

CREAM = "3304990039"


def call(folder: Path, *arguments: str) -> Result:
    return run_command("tax", "parcel", *arguments, "--data", folder)


def answer(folder: Path, *arguments: str) -> Any:
    result = call(folder, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def post(client: Client, body: Mapping[str, Any]) -> Answer:
    return client.call("POST", "/api/v1/tax/parcel", json.dumps(body).encode(), Content_Type="application/json")


def test_both_taxes_are_reported_with_exemption_limits_and_sources(tmp_path: Path) -> None:
    result = answer(tmp_path, f"{CREAM},price=425,model=20g", "--day", "2026-06-01")
    parcel, retail = result["parcel"], result["retail"]
    assert (parcel["tax"], parcel["exempt_up_to"], parcel["value_limit"]) == ("212.50", "50.00", "1000.00")
    assert (retail["tax"], retail["single_limit"], retail["annual_limit"]) == ("98.00", "5000.00", "26000.00")
    assert any("税委会〔2019〕17号" in text for text in parcel["working_zh"])
    assert any("× 50% = 212.50 yuan" in text for text in parcel["working_en"])
    assert any("75.0000; × 70% = 52.50 yuan" in text for text in retail["working_en"])
    assert result["lower"] == "retail"


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("zh", ["跨境电商综合税较低", "超过 50.00 元，应征 212.50 元", "未超过限值 1000.00 元"]),
        ("en", ["The tax of retail import is lower", "above 50.00: 212.50 yuan is due", "within the limit of 1000.00"]),
    ],
)
def test_people_read_it_in_their_language(tmp_path: Path, language: str, message: list[str]) -> None:
    shown = call(tmp_path, f"{CREAM},price=425,model=20g", "--day", "2026-06-01", "--lang", language).output
    assert [text for text in message if text not in shown] == []


def test_why_goods_may_not_come_is_reported(tmp_path: Path) -> None:
    result = answer(tmp_path, "9999999999,price=600,quantity=2", "--day", "2026-06-01")
    assert result["parcel"]["treatment"] == "over_limit"
    assert [reason["code"] for reason in result["retail"]["refusals"]] == ["14001"]
    assert "no comparison" in call(tmp_path, "9999999999,price=600,quantity=2").output


def test_a_day_before_the_law_says_which_value_is_missing(tmp_path: Path) -> None:
    shown = call(tmp_path, f"{CREAM},price=425", "--day", "2016-04-07").output
    assert "parcel.bands (2016-04-07); name the band with band=" in shown and "limits.method" in shown
    assert answer(tmp_path, f"{CREAM},price=425,band=3", "--day", "2016-04-07")["parcel"]["tax"] == "127.50"


@pytest.mark.parametrize(
    "article",
    [
        CREAM,
        "330499,price=1",
        f"{CREAM},price=-1",
        f"{CREAM},price=1,quantity=0",
        f"{CREAM},price=1,band=5",
        f"{CREAM},price=1,colour=red",
        f"{CREAM},price=1,catalogue=x",
    ],
)
def test_an_article_that_cannot_be_read_is_refused_in_words(tmp_path: Path, article: str) -> None:
    result = call(tmp_path, article)
    assert result.exit_code == 2 and article.split(",")[-1].split("=")[0] in result.output


def test_http_answers_what_the_command_answers(client: Client, tmp_path: Path) -> None:
    response = post(client, {"articles": [{"gcode": CREAM, "price": "425", "model": "20g"}], "day": "2026-06-01"})
    assert response.status == 200
    assert response.json == answer(tmp_path, f"{CREAM},price=425,model=20g", "--day", "2026-06-01")


@each(
    "body",
    [
        {},
        {"articles": []},
        {"articles": [{"gcode": "1", "price": "1"}]},
        {"articles": [{"gcode": CREAM, "price": "-1"}]},
        {"articles": [{"gcode": CREAM, "price": "1"}], "day": "2026-02-30"},
        {"articles": [{"gcode": CREAM, "price": "1"}], "mode": "0110"},
    ],
)
def test_http_refuses_what_it_cannot_compute(client: Client, body: Mapping[str, Any]) -> None:
    assert post(client, body).status == 400


def test_http_describes_what_stands_in_its_lists(client: Client) -> None:
    described = client.get("/openapi.json").json
    assert described["paths"]["/api/v1/tax/parcel"]["post"]["tags"] == ["tax"]
    schemas = described["components"]["schemas"]
    lists = {
        ("ParcelTaxOut", "items"): "ParcelItemOut",
        ("RetailTaxOut", "refusals"): "ReasonOut",
        ("ParcelOut", "missing"): "MissingValueOut",
    }
    for (name, field), held in lists.items():
        assert schemas[name]["properties"][field]["items"] == {"$ref": f"#/components/schemas/{held}"}
        assert field in schemas[name]["required"]
