"""Validating messages of exports: every finding at once, each with its place and remedy; nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from single_window.intake.validation import Against
from single_window.wiring import Window
from tests.databases import window_in
from tests.stories.exporting import Sale, invt_no, note, refund
from tests.stories.story import StoryRunner
from tests.validations import validation_of, validations_of

EXPORTS = ("213", "215", "303", "403", "505", "507", "509", "603", "605", "607", "701")
SAMPLES = Path(__file__).parents[3] / "schemas/samples"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[StoryRunner]:
    window: Window = window_in(tmp_path, synchronous="OFF")
    yield StoryRunner(window)
    window.close()


def stored(story: StoryRunner, body: bytes) -> Any:
    return validation_of(story, body, Against.STORED)


def customs(validation: Any) -> list[Any]:
    return [finding for finding in validation["findings"] if finding["stage"] == "customs"]


@pytest.mark.parametrize("code", EXPORTS)
def test_every_sample_of_an_export_is_of_good_form_and_its_codes_are_known(story: StoryRunner, code: str) -> None:
    validation = stored(story, (SAMPLES / f"CEB{code}Message.xml").read_bytes())
    assert not [finding for finding in validation["findings"] if finding["stage"] == "form" and not finding["warning"]]
    assert all(row["known"] for document in validation["documents"] for row in document["codes"])


def test_a_sound_list_says_what_it_is_judged_by(story: StoryRunner) -> None:
    sale = Sale()
    alone = stored(story, sale.message("export_inventory"))
    assert alone["valid"] and alone["documents"][0]["export"]["missing"] == ["export_order", "export_waybill"]
    story.submit(*sale.messages("export_order", "export_waybill"))
    beside = stored(story, sale.message("export_inventory"))["documents"][0]["export"]
    assert (beside["missing"], beside["compared"], beside["summarised"]) == ([], True, True)
    assert beside["fob"] and any(
        parameter.startswith("export.collection_document") for parameter in beside["parameters"]
    )


def test_all_that_is_wrong_is_reported_at_once_with_place_and_remedy(story: StoryRunner) -> None:
    sale = Sale(mode="9710", port="9002")
    story.submit(*sale.messages("export_order", "export_waybill"))
    validation = stored(
        story, sale.message("export_inventory", packNo="2", grossWeight="9.99", licenseNo="X1", freight="8.00")
    )
    result = {finding["code"]: finding for finding in customs(validation)}
    assert set(result) >= {"17113", "17114", "17115", "17212"} and not validation["valid"]
    assert all(row["path"].startswith("/CEB603Message/Inventory/InventoryHead/") for row in result.values())
    assert result["17114"]["path"].endswith("/packNo")
    assert all(
        finding["remedy_zh"] and finding["remedy_en"] and finding["zh"] and finding["en"] for finding in result.values()
    )


@pytest.mark.parametrize(
    ("kind", "element", "text", "codes"),
    [
        ("export_order", "orderNo", "OTHER-1", "14301"),
        ("export_order", "ebcCode", "1105910159", "14301"),
        ("export_waybill", "logisticsNo", "OTHER-1", "14303"),
        ("export_waybill", "logisticsCode", "1105910159", "14303"),
        ("export_inventory", "orderNo", "OTHER-1", "14301"),
        ("export_inventory", "ebcCode", "1105910159", "14301"),
        ("export_inventory", "logisticsNo", "OTHER-1", "14303"),
        ("collection", "orderNo", "OTHER-1", "17132"),
        ("collection", "ebcCode", "1105910159", "17132"),
    ],
)
def test_documents_of_an_upload_that_do_not_belong_together_are_told(
    story: StoryRunner, kind: str, element: str, text: str, codes: str
) -> None:
    sale, kinds = Sale(), ("export_order", "export_waybill", "collection", "export_inventory")
    bodies = [sale.message(each, **({element: text} if each == kind else {})) for each in kinds]
    absent = [row for row in customs(validations_of(story, *bodies)[-1]) if row["code"] in {"14301", "14303", "17132"}]
    assert codes in [row["code"] for row in absent] and all(row["warning"] for row in absent)
    absent = [row for row in absent if row["code"] == codes]
    assert text in [field["found"] for field in absent[0]["fields"] if field["kind"] == kind]


def test_a_line_is_named_where_a_line_is_wrong(story: StoryRunner) -> None:
    sale = Sale()
    order = sale.message("export_order").replace(b"<ceb:unit>011<", b"<ceb:unit>007<")
    story.submit(order, sale.message("export_waybill"))
    (finding,) = customs(stored(story, sale.message("export_inventory")))
    assert (finding["code"], finding["path"]) == ("17107", "/CEB603Message/Inventory/InventoryList[1]/unit")
    assert [(field["kind"], field["found"], field["expected"]) for field in finding["fields"]] == [
        ("export_inventory", "011", "007"),
        ("export_order", "007", "011"),
    ]
    assert all(field["line"] for field in finding["fields"])


def test_what_a_person_must_look_at_is_a_warning(story: StoryRunner) -> None:
    body = Sale().message("export_inventory").replace(b"6109100010", b"6109000000")
    validation = validation_of(story, body)
    assert validation["valid"] and [(finding["code"], finding["warning"]) for finding in customs(validation)] == [
        ("17227", True)
    ]


def test_what_a_document_would_do_follows_what_became_of_the_one_before(story: StoryRunner) -> None:
    sale = Sale()
    story.submit(*sale.messages("export_order", "export_waybill"), sale.message("export_inventory", packNo="2"))
    pre_no = str(story.column(sale, "pre_no"))
    amended = stored(story, sale.message("export_inventory", clock=50, app_type="2", preNo=pre_no))
    assert amended["documents"][0]["would"] == "replace" and amended["valid"]
    other = Sale(2)
    story.submit(*other.messages(), refund(other, "42272026E999999999"))
    assert stored(story, note("arrival_note", [other]))["documents"][0]["would"] == "insert"
    again = stored(story, refund(other, invt_no(story, other), appTime="20261120000500", guid="0" * 36))
    assert (again["documents"][0]["would"], again["valid"]) == ("insert", True)
