"""Certificates of origin and AEO companies of Korea: what they prove for import lists from there, and which share of
these is drawn for inspection."""

from __future__ import annotations

from typing import Any

import pytest

from single_window.api.app import create_app
from single_window.cases.korea.queries import certificate_out
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH
from tests.stories.korea import KOREA, MERCHANT, NUMBER, Imports
from tests.stories.story import WORLD

pytestmark = ON_BOTH
PLAIN = "K001260000001"


@pytest.fixture
def imports(start_story) -> Imports:
    return Imports(start_story(korea="on"))


@pytest.mark.parametrize("number", [NUMBER, "K001260000001", "k001 26-0000001"])
def test_a_certificate_is_known_with_and_without_hyphens(imports: Imports, number: str) -> None:
    assert imports.korea.certificate(NUMBER, *imports.hs6) == ("120", "24425")
    assert imports.exported(number) == ("120", "24409")
    imports.declare()
    assert imports.state() == "preferred"
    (noted,) = imports.noted()
    assert "24423" in noted
    found: Any = imports.story.read(certificate_out, number)
    assert (found.state, found.cert_no, found.used_by) == ("valid", NUMBER, imports.korea.parcels()[0].parcel_no)


def test_the_parcel_is_found_by_the_certificate_alone(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6, blNo=imports.house)
    imports.declare()
    assert imports.state() == "preferred"


def test_a_number_of_which_no_data_came_is_not_exchanged(imports: Imports) -> None:
    imports.exported()
    imports.declare()
    (parcel,) = imports.korea.parcels()
    assert (parcel.state, parcel.reasons[0].rule) == ("guaranteed", "24424")
    assert imports.story.read(certificate_out, NUMBER).state == "not_exchanged"


def test_data_after_entry_are_looked_at_by_an_officer(imports: Imports) -> None:
    imports.exported()
    imports.declare()
    assert imports.korea.certificate(NUMBER, *imports.hs6) == ("300", "24422")
    assert imports.state() == "disputed"
    imports.korea.decide(imports.korea.parcels()[0].parcel_no, "prove", "已核对")
    assert imports.state() == "preferred"


def test_a_correction_supersedes_and_gives_no_second_preference(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6)
    imports.exported()
    imports.declare()
    assert imports.korea.certificate(PLAIN, *imports.hs6, action="2", exporter="BUSAN SAMPLE") == ("120", "24426")
    assert imports.korea.certificate(PLAIN, *imports.hs6, action="2", exporter="BUSAN SAMPLE") == ("120", "24408")
    assert imports.state() == "preferred"
    assert len(imports.noted()) == 1
    assert imports.story.read(certificate_out, NUMBER).exporter == "BUSAN SAMPLE"


def test_a_correction_without_the_goods_puts_the_preference_in_doubt(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6)
    imports.exported()
    imports.declare()
    assert imports.korea.certificate(NUMBER, "010101", action="2") == ("300", "24429")
    assert imports.state() == "disputed"
    imports.korea.decide(imports.korea.parcels()[0].parcel_no, "refuse_preference", "证书更正后无此商品")
    assert imports.state() == "unpreferred"


def test_a_cancelled_certificate_proves_nothing_and_does_not_come_back(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6, action="3")
    assert imports.korea.certificate(NUMBER, *imports.hs6) == ("100", "24420")
    imports.exported()
    imports.declare()
    assert (imports.state(), "24420" in imports.noted()[0]) == ("disputed", True)


def test_a_certificate_that_is_cancelled_later(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6)
    imports.exported()
    imports.declare()
    assert imports.korea.certificate(NUMBER, *imports.hs6, action="3") == ("300", "24429")
    assert imports.state() == "disputed"


@pytest.mark.parametrize("day", ["20260230", "20261301", "20991231", "00000000", "20261a18"])
def test_a_day_that_is_none_or_to_come_is_refused_and_not_left_without_an_answer(imports: Imports, day: str) -> None:
    assert imports.korea.certificate(NUMBER, *imports.hs6, issueDate=day)[0] in ("100", "-")


ISSUED = {"before data were exchanged": ("20161227", "24427"), "a year ago": ("20251120", "24423")}
ISSUED["more than a year ago"] = ("20251119", "24464")


@pytest.mark.parametrize("case", ISSUED)
def test_a_certificate_proves_for_a_year(imports: Imports, case: str) -> None:
    day, rule = ISSUED[case]
    imports.korea.certificate(NUMBER, *imports.hs6, issueDate=day)
    imports.exported()
    imports.declare()
    assert rule in imports.noted()[0]


def test_other_goods_than_those_of_the_certificate(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, "010101")
    imports.exported()
    imports.declare()
    assert (imports.state(), "24421" in imports.noted()[0]) == ("disputed", True)


def test_the_weight_of_korea_is_compared_with_ours(imports: Imports) -> None:
    imports.exported("", grossWeight="99")
    imports.declare()
    assert "24459" in imports.noted()[0]
    assert imports.state() == "noted"


AEO = {"aeoNo": "KR1234567", "name": "SEOUL SAMPLE", "status": "1", "since": "20260101"}


def test_the_draw_is_lowered_for_an_aeo_company_until_it_is_revoked(start_story) -> None:
    imports = Imports(start_story(korea="on", inspection=True))
    company = imports.trade.document("inventory").head["ebcCode"]
    assert imports.korea.send("KoreaAeo", {}, [{**AEO, "companyCode": company}]) == ("120", "24442")
    imports.declare()
    assert "24443" in imports.noted("korea_draw")[0]
    assert imports.korea.send("KoreaAeo", {}, [{**AEO, "companyCode": company, "status": "3"}]) == ("120", "24442")
    Imports(imports.story, 1).declare()
    assert len(imports.noted("korea_draw")) == 1


TOLD = {
    "revoked from a day to come": ([{"status": "3", "since": "20261121"}], True),
    "revoked from today": ([{"status": "3", "since": "20261120"}], False),
    "suspended until yesterday": ([{"status": "2", "since": "20261101", "until": "20261119"}], True),
    "suspended until today": ([{"status": "2", "since": "20261101", "until": "20261120"}], False),
    "revoked, and valid again": ([{"status": "3", "since": "20261101"}, {"status": "1", "since": "20261110"}], True),
    "valid until yesterday": ([{"status": "1", "since": "20260601", "until": "20261119"}], False),
    "for another company from today": ([{"companyCode": MERCHANT.code, "since": "20261120"}], False),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_is_told_of_an_aeo_company_counts_from_its_day(start_story, case: str) -> None:
    lines, lowered = TOLD[case]
    imports = Imports(start_story(korea="on", inspection=True))
    known = {**AEO, "companyCode": imports.trade.document("inventory").head["ebcCode"]}
    for line in ({}, *lines):
        assert imports.korea.send("KoreaAeo", {}, [{**known, **line}]) == ("120", "24442")
    imports.declare()
    assert bool(imports.noted("korea_draw")) == lowered


def test_an_aeo_list_is_refused_whole(imports: Imports) -> None:
    good = {**AEO, "companyCode": imports.trade.document("inventory").head["ebcCode"]}
    assert imports.korea.send("KoreaAeo", {}, [good, {**AEO, "aeoNo": "CN123"}]) == ("100", "24440")
    assert imports.korea.send("KoreaAeo", {}, [good, {**AEO, "companyCode": "9999999999"}]) == ("100", "24441")


INSPECTED = {
    "clean": ({"result": "1"}, "24432"),
    "irregular": ({"result": "2"}, "24434"),
    "not done": ({"result": "3"}, "24434"),
    "stale": ({"result": "1", "hour": -69}, "24430"),
    "as old as it may be": ({"result": "1", "hour": -68}, "24432"),
    "other seal": ({"result": "1", "sealNo": "KR2"}, "24431"),
    "the same seal": ({"result": "1", "sealNo": "KR1"}, "24432"),
}


@pytest.mark.parametrize("case", INSPECTED)
def test_an_inspection_by_korea_lowers_the_draw_if_it_is_recognised(start_story, case: str) -> None:
    changes, rule = INSPECTED[case]
    imports = Imports(start_story(korea="on", inspection=True))
    line = {"hblNo": imports.house, "method": "1", "time": imports.korea.at(float(changes.get("hour", 0)))}
    line |= {name: str(value) for name, value in changes.items() if name != "hour"}
    imports.korea.manifest(imports.house, senderCode=KOREA, direction="2", sealNo="KR1")
    assert imports.korea.send("KoreaInspection", {}, [line]) == ("120", "24433")
    imports.declare()
    assert rule in imports.noted("korea_draw")[0]


def test_where_korea_is_off_nothing_is_noted(start_story) -> None:
    imports = Imports(start_story(inspection=True))
    imports.declare()
    assert imports.noted() == imports.noted("korea_draw") == []
    assert imports.korea.parcels() == []


def test_a_company_reads_the_certificates_that_its_parcels_name(imports: Imports) -> None:
    imports.korea.certificate(NUMBER, *imports.hs6)
    imports.exported(NUMBER)
    imports.declare()
    window = imports.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    declared = imports.trade.document("inventory").head
    owners = [
        company.dxp_id
        for company in (*WORLD.merchants, *WORLD.agents)
        if company.code in (declared["agentCode"], declared["ebcCode"])
    ]
    assert owners
    for mailbox, status in (*((owner, 200) for owner in owners), ("DXPENT0000009999", 404)):
        key = bearer(issued(window, imports.story.sandbox, [mailbox], ["read_receipts"], owner=mailbox))
        read = client.get(f"/api/v1/korea/certificates/{PLAIN}", headers={"X-Sandbox": imports.story.sandbox, **key})
        assert read.status_code == status, mailbox
