"""A pilot zone's company tells a month beside what customs counted: what differs is named by its first row, what is
late is a case, and every revision stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from declarations.calendar import instant_of
from single_window.cases.commerce.queries import month_out
from tests.databases import ON_BOTH
from tests.stories.commerce import COMPANY, OTHER, ZONE, Commerce
from tests.stories.exporting import Sale, invt_no, refund, tally

pytestmark = ON_BOTH
ROW = "9610 E 133 61 2"


@pytest.fixture
def commerce(start_story) -> Commerce:
    told = Commerce(start_story(commerce="on"))
    told.name_reporter()
    return told


@pytest.fixture
def december(commerce: Commerce) -> Commerce:
    """Two lists were closed in November, and it is the first of December."""
    commerce.close(Sale(1), Sale(2))
    commerce.story.window.advance(commerce.story.sandbox, instant_of(date(2026, 12, 1), 9))
    return commerce


def value_of(commerce: Commerce) -> str:
    """What customs counts for the row of both lists, in yuan."""
    (cell,) = commerce.month().rows
    return cell.counted_value


def agreed(commerce: Commerce) -> str:
    """The row as customs counts it, which a first report made known."""
    assert commerce.report(firms=0) == ("100", "26301")
    return f"{ROW} {value_of(commerce)}"


def test_what_differs_is_named_and_the_next_revision_agrees(december: Commerce) -> None:
    row = agreed(december)
    assert december.states() == [("D", "open")]
    (reason,) = december.cases()[0].reasons
    assert (reason.values["row"], reason.values["told_lists"], reason.values["counted_lists"]) == (
        "9610 E 133 61",
        "0",
        "2",
    )
    assert december.report(row, rev=2, parcels=2) == ("120", "26300")
    assert december.states() == [("D", "cleared")]
    assert [(one.told, one.revision) for one in december.month().revisions] == [(False, 1), (True, 1), (True, 2)]


def test_the_first_row_that_differs_is_the_first_in_order(december: Commerce) -> None:
    agreed(december)
    assert december.report("9710 E 133 61 1 5", f"{ROW} 1", "1210 I 116 33 1 9", rev=2, parcels=2) == ("100", "26301")
    (case,) = december.cases("D")
    assert case.reasons[0].values["row"] == "1210 I 116 33"


def test_goods_that_come_back_lessen_the_month_in_which_they_come(december: Commerce) -> None:
    row = agreed(december)
    story, sale = december.story, Sale(1)
    story.submit(refund(sale, invt_no(story, sale)))
    story.pass_time(days=1)
    story.submit(tally())
    story.pass_time(days=40)
    assert december.report(row, rev=2, parcels=2) == ("120", "26300"), "November stays as it was"
    assert december.report(month="202612", firms=0) == ("100", "26301")
    (cell,) = december.story.read(month_out, ZONE, "202612").rows
    assert (cell.counted_lists, cell.counted_value) == (0, f"-{Decimal(value_of(december)) / 4:.2f}")


def test_totals_are_compared_when_no_row_differs(december: Commerce) -> None:
    row = agreed(december)
    assert december.report(row, rev=2, parcels=3) == ("100", "26302")
    assert december.report(row, rev=3, parcels=2, firms=2) == ("100", "26302")
    assert dict(december.cases("D")[0].reasons[0].values) == {"element": "firms", "told": "2", "counted": "1"}


def test_an_officer_accepts_the_explanation(december: Commerce) -> None:
    agreed(december)
    december.decide(december.cases()[0].case_no, "accept")
    assert december.states() == [("D", "accepted")]
    december.story.pass_time(days=20)
    assert december.states() == [("D", "accepted")], "the deadline does not ask again"


def test_a_month_without_trade_is_told_as_such(commerce: Commerce) -> None:
    commerce.story.pass_time(days=12)
    assert commerce.report(firms=0) == ("120", "26300")
    assert commerce.states() == []


def test_a_month_that_nobody_tells_is_a_case_each_month(commerce: Commerce) -> None:
    commerce.story.pass_time(days=20)
    assert commerce.states() == []
    commerce.story.pass_time(days=1)
    assert commerce.states() == [("O", "open")]
    (case,) = commerce.cases()
    assert (case.month, case.reasons[0].values["due"], case.company) == ("202611", "2026-12-10", COMPANY.code)
    assert [one.code for one in commerce.told(case.case_no)] == ["CommerceAdvice"]
    commerce.decide(case.case_no, "press")
    assert [one.rule for one in commerce.told(case.case_no)] == ["26308", "26503"]
    assert commerce.report(firms=0) == ("120", "26300")
    assert commerce.states() == [("O", "cleared")]
    commerce.story.pass_time(days=31)
    assert [(case.month, case.state) for case in commerce.cases()] == [("202611", "cleared"), ("202612", "open")]


REFUSED = {
    "not over": ({"month": "202612"}, {}, "26306"),
    "no month": ({"month": "202613"}, {}, "26306"),
    "no zone": ({"zone": "荣成"}, {}, "26305"),
    "revision": ({}, {"rev": 2}, "26304"),
    "mode": ({}, {"row": "0110 E 133 61 1 5"}, "26307"),
    "direction": ({}, {"row": "9610 X 133 61 1 5"}, "26307"),
    "chapter": ({}, {"row": "9610 E 133 6X 1 5"}, "26307"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_report_with_a_fault_is_refused_and_not_kept(december: Commerce, case: str) -> None:
    head, more, rule = REFUSED[case]
    row = str(more.get("row", f"{ROW} 5"))
    assert december.report(row, rev=int(more.get("rev", 1)), **head) == ("100", rule)
    assert december.month().revisions == ()


def test_a_row_twice_is_refused(december: Commerce) -> None:
    assert december.report(f"{ROW} 5", f"{ROW} 6") == ("100", "26307")


def test_only_the_zones_company_reports_from_its_own_mailbox(december: Commerce) -> None:
    assert december.report(firms=0, sender=OTHER) == ("100", "26303")
    assert december.report(firms=0, sender=OTHER, companyCode=COMPANY.code) == ("100", "26002")


def test_a_zone_is_reported_for_by_the_company_of_the_day(december: Commerce) -> None:
    december.name_reporter(OTHER, "2026-12-02")
    assert december.report(firms=0, sender=OTHER) == ("100", "26303")
    december.story.pass_time(days=1)
    assert december.report(firms=0, sender=OTHER) == ("100", "26301")


def test_where_it_is_off_a_report_is_refused_and_nothing_is_due(start_story) -> None:
    commerce = Commerce(start_story())
    commerce.name_reporter()
    assert commerce.report(firms=0) == ("100", "26001")
    commerce.story.pass_time(days=60)
    assert (commerce.states(), commerce.month().revisions) == ([], ())
