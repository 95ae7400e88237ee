"""Officers read of Korea in both languages and programs track parcels, where the sandbox opted in; elsewhere nobody
sees or pays anything."""

from __future__ import annotations

import pytest
from lxml import etree
from sqlalchemy import event, select

from single_window.api.app import create_app
from single_window.store.agency_tables.korea import korea_parcel
from single_window.store.tables import delivery
from single_window.work.runtime import Runtime
from tests.officers import signed_in
from tests.stories.korea import PARCEL, YOUNG, Imports, Korea
from tests.stories.story import StoryRunner


def client_of(story: StoryRunner):
    return create_app(story.window, runtime=Runtime(story.window)).test_client()


@pytest.fixture
def korea(start_story) -> Korea:
    korea = Korea(start_story(korea="on"))
    korea.manifest(PARCEL)
    korea.list(korea.line(goodsName="<b>CASE</b>"))
    korea.outcome("899", 24)
    korea.outcome("700", 25)
    return korea


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("中韩包裹", "中国至韩国", "先告知放行，又告知退运", "为本系统自定，未经证实")),
        ("en", ("Korea", "to Korea", "said cleared first, and sent back then", "simulator")),
    ],
)
def test_a_parcel_says_what_contradicts_and_what_is_invented(
    korea: Korea, language: str, words: tuple[str, ...]
) -> None:
    browser, (parcel,) = signed_in(client_of(korea.story), korea.story.window), korea.parcels()
    listed = browser.get(f"/korea?sandbox=story&lang={language}").get_data(as_text=True)
    assert words[0] in listed and words[1] in listed and parcel.parcel_no in listed
    page = browser.get(f"/korea/{parcel.parcel_no}?sandbox=story&lang={language}").get_data(as_text=True)
    for told in (*words[1:], PARCEL, "QDXU1000015"):
        assert told in page, told
    assert "&lt;b&gt;CASE&lt;/b&gt;" in page and "<b>CASE</b>" not in page
    assert YOUNG.code not in page and YOUNG.name not in page and YOUNG.phone not in page
    assert len(page.encode()) < 60_000


@pytest.mark.parametrize(("switch", "seen"), [("off", False), ("on", True)])
def test_the_list_and_the_desk_are_there_where_the_sandbox_opted_in(start_story, switch: str, seen: bool) -> None:
    story = start_story(korea=switch)
    browser = signed_in(client_of(story), story.window)
    for path in ("/declarations", "/review", "/supervision"):
        page = browser.get(f"{path}?sandbox=story&lang=en").get_data(as_text=True)
        assert ('href="/korea?' in page or "desk=korea" in page) is seen, path


def test_where_it_is_off_an_import_reads_and_writes_nothing_of_korea(start_story) -> None:
    imports, statements = Imports(start_story(inspection=True)), []

    def remember(connection, cursor, statement, *rest):
        statements.append(statement)

    event.listen(imports.story.window.engine, "before_cursor_execute", remember)
    try:
        imports.declare()
    finally:
        event.remove(imports.story.window.engine, "before_cursor_execute", remember)
    assert statements and not [one for one in statements if "korea_" in one]
    assert imports.story.rows(select(korea_parcel.c.id)) == []
    assert imports.story.rows(select(delivery.c.id).where(delivery.c.queue == "korea")) == []


def tracked(korea: Korea, path: str, **query: str):
    answer = client_of(korea.story).get(
        f"/api/v1/korea/tracking/{path}", query_string=query, headers={"X-Sandbox": "story"}
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return etree.fromstring(answer.data)


def test_a_parcel_is_tracked_as_by_unipass(korea: Korea) -> None:
    found = tracked(korea, "cargCsclPrgsInfoQry", hblNo=PARCEL, blYy="2026")
    assert found.findtext("tCnt") == "1"
    assert found.findtext("cargCsclPrgsInfoQryVo/prnm") == "<b>CASE</b>"
    told = [one.findtext("cargTrcnRelaBsopTpcd") for one in found.findall("cargCsclPrgsInfoDtlQryVo")]
    assert sorted(told) == ["korea_clear", "korea_doubt", "korea_take_in"]


@pytest.mark.parametrize(
    "query", [{}, {"hblNo": PARCEL}, {"hblNo": PARCEL, "blYy": "2025"}, {"hblNo": "Q", "blYy": "x"}]
)
def test_errors_of_tracking_are_200_with_a_count_of_0(korea: Korea, query: dict[str, str]) -> None:
    found = tracked(korea, "cargCsclPrgsInfoQry", **query)
    assert (found.findtext("tCnt"), found.find("cargCsclPrgsInfoQryVo")) == ("0", None)
    assert found.findtext("ntceInfo")


def test_a_personal_code_is_compared_with_the_register(korea: Korea) -> None:
    asked = {"persEcm": YOUNG.code, "pltxNm": YOUNG.name, "cralTelno": YOUNG.phone, "zip": YOUNG.postcode}
    assert tracked(korea, "persEcmQry", **asked).findtext("tCnt") == "1"
    found = tracked(korea, "persEcmQry", **{**asked, "zip": "1", "pltxNm": "X"})
    assert found.findtext("tCnt") == "0"
    assert len(found.findall("persEcmQryRtnErrInfoVo")) == 2
