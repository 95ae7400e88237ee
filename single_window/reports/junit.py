"""Writes JUnit XML for build servers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from single_window.reports.form import Report

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are not allowed in XML."""


class Case(NamedTuple):
    """A test case; `failure`: the wrong result, empty if it passed; `story`: details."""

    suite: str
    name: str
    seconds: float = 0.0
    failure: str = ""
    story: str = ""


def junit_document(cases: Sequence[Case]) -> bytes:
    """The XML of all cases, suites in the order of their first cases."""
    root = ElementTree.Element("testsuites", _case_counts(cases))
    for name in dict.fromkeys(case.suite for case in cases):
        within = [case for case in cases if case.suite == name]
        suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(name), **_case_counts(within)})
        for case in within:
            _add(suite, case)
    written: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return written


def cases_of(report: Report) -> list[Case]:
    """The checks of a report as cases."""
    return [
        Case(
            report.kind,
            check.name,
            failure="" if check.ok else f"{check.words.en}: wanted {check.wanted}, found {check.found}",
            story="\n".join(check.about),
        )
        for check in report.checks
    ]


def _case_counts(cases: Sequence[Case]) -> dict[str, str]:
    failures, seconds = sum(1 for case in cases if case.failure), sum(case.seconds for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "time": f"{seconds:.3f}"}


def _add(suite: ElementTree.Element, outcome: Case) -> None:
    about = {"classname": _clean(outcome.suite), "name": _clean(outcome.name), "time": f"{outcome.seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", about)
    if outcome.failure:
        failed = ElementTree.SubElement(case, "failure", {"message": _clean(outcome.failure), "type": "expectation"})
        failed.text = _clean(outcome.story)


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def write(file: Path, data: bytes) -> None:
    """Write a file atomically; raises `OSError`."""
    beside = file.with_name(f".{file.name}.unfinished")
    try:
        beside.write_bytes(data)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
