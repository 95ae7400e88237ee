"""A report as a page: one file, nothing of elsewhere, no script, and whatever is said in it stays words."""

from __future__ import annotations

import re
from base64 import b64decode
from errno import ENOSPC
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from lxml import etree

from simulators.entry.reports import (
    LOST,
    MAX_LISTED,
    Chart,
    Figure,
    Plot,
    Report,
    ReportCheck,
    ReportedFinding,
    ReportTable,
    Words,
    cases_of,
    junit_document,
    render_html,
    write_reports,
)

HOSTILE = "<script>alert(1)</script>\"'&<img src=https://example.org/x onerror=alert(1)>"
WORDS = Words(HOSTILE, HOSTILE)


def report(ok: bool = True, findings: int = 1) -> Report:
    return Report(
        HOSTILE,
        WORDS,
        ((WORDS, HOSTILE),),
        (Figure("one", WORDS, HOSTILE, True),),
        (ReportCheck(HOSTILE, WORDS, HOSTILE, HOSTILE, ok, (HOSTILE,)),),
        tuple(ReportedFinding(LOST, f"{HOSTILE}{number}", HOSTILE, HOSTILE, HOSTILE) for number in range(findings)),
        (Chart(WORDS, Plot(HOSTILE, [HOSTILE], {HOSTILE: [1]}), WORDS),),
        (ReportTable(WORDS, (WORDS,), [[HOSTILE]]),),
    )


def test_no_value_becomes_a_part_of_the_page_or_of_a_picture() -> None:
    page = render_html(report()).decode()
    root = etree.fromstring(page, etree.HTMLParser())
    assert [element.tag for element in root.iter("script", "iframe", "object", "link")] == []
    assert all(image.get("src").startswith("data:image/svg+xml;base64,") for image in root.iter("img"))
    assert len(list(root.iter("img"))) == 1
    for row in root.iter("img"):
        drawn = etree.fromstring(b64decode(row.get("src").partition(",")[2]))
        assert [element.tag for element in drawn.iter("{*}script", "{*}image", "{*}foreignObject")] == []
    assert not [
        name
        for element in root.iter()
        if isinstance(element.tag, str)
        for name in element.attrib
        if name.startswith("on")
    ]


def test_the_page_asks_for_nothing_from_elsewhere_and_forbids_itself_to() -> None:
    page = render_html(report()).decode()
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?!data:|&)(\w+:)""", re.sub(r"&lt;.*?&gt;", "", page)) == []


def test_what_failed_is_said_in_both_languages_and_many_findings_are_counted() -> None:
    page = render_html(report(ok=False, findings=MAX_LISTED + 7)).decode()
    assert "不通过 failed" in page
    assert "… 7" in page
    assert "通过 passed" in render_html(report()).decode()


def test_build_servers_are_notified_of_checks_in_xml_that_is_whole() -> None:
    root = ElementTree.fromstring(junit_document(cases_of(report(ok=False)._replace(kind="load\x00"))))
    (case,) = root.iter("testcase")
    assert case.find("failure") is not None
    assert root.attrib["failures"] == "1"


def test_a_full_disk_is_reported_with_the_file_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "load.html"
    page.write_text("of yesterday")

    def full(self: Path, data: bytes) -> None:
        self.touch()
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(click.ClickException, match=r"load\.html could not be written.*No space"):
        write_reports(report(), page, None)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("load.html", "of yesterday")]
