"""What became of scenarios, in words for people, as JSON, and as JUnit XML for build servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from simulators.scenarios import spans
from simulators.scenarios.form import VERBS, Scenario
from simulators.scenarios.playing import Result

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold."""
PASSED, FAILED = "passed", "FAILED"


def line(result: Result) -> str:
    """A line about a scenario: what became of it, how long it lasted by the sandbox's clock and by ours."""
    state = PASSED if result.ok else FAILED
    return f"{state} {result.scenario.name} ({spans.said(result.lasted)}; {result.seconds:.1f} s)"


def failure(result: Result) -> Iterator[str]:
    """Why a scenario failed: the step, what was expected and came, where they part, and the story until then."""
    if result.failed is None:
        return
    yield f"  {where(result)}"
    for miss in result.misses:
        yield f"    expected  {miss.expected}"
        yield f"    got       {miss.got}"
        yield f"    {miss.parting}"
    yield "  what happened:"
    for event in result.story:
        yield f"    {event.at}  {event.what}"
    if result.kept:
        yield f"  the sandbox is kept: {result.sandbox}"


def where(result: Result) -> str:
    """The step that was not as expected: file, line, number, and what it says."""
    assert result.failed is not None
    at, step = result.failed, result.failed.step
    verb = next(name for name, kind in VERBS.items() if type(step) is kind)
    return f"{at.file}, line {at.line}, step {at.number + 1} ({verb}){': ' + step.say if step.say else ''}"


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """All of it as plain values."""
    return {
        "passed": sum(1 for one in results if one.ok),
        "failed": sum(1 for one in results if not one.ok),
        "scenarios": [_plain(one) for one in results],
    }


def _plain(one: Result) -> dict[str, Any]:
    failed = {"file": one.failed.file, "line": one.failed.line, "step": one.failed.number + 1} if one.failed else None
    return {
        **listed(one.scenario),
        "passed": one.ok,
        "seconds": round(one.seconds, 3),
        "virtual_seconds": one.lasted // 1000,
        "sandbox": one.sandbox if one.kept else None,
        "failed": failed,
        "misses": [miss._asdict() for miss in one.misses],
        "story": [event._asdict() for event in one.story],
    }


def listed(one: Scenario) -> dict[str, Any]:
    """What a scenario is, without running it."""
    return {"name": one.name, "area": one.area, "zh": one.zh, "en": one.en, "shows": list(one.shows)}


def junit(results: Sequence[Result]) -> bytes:
    """All of it as JUnit XML: a suite an area, a case a scenario."""
    root = ElementTree.Element("testsuites", _counts(results))
    for area in dict.fromkeys(one.scenario.area for one in results):
        of_area = [one for one in results if one.scenario.area == area]
        suite = ElementTree.SubElement(root, "testsuite", {"name": area, **_counts(of_area)})
        for one in of_area:
            _case(suite, one)
    written: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return written


def _counts(results: Sequence[Result]) -> dict[str, str]:
    failures, seconds = sum(1 for one in results if not one.ok), sum(one.seconds for one in results)
    return {"tests": str(len(results)), "failures": str(failures), "errors": "0", "time": f"{seconds:.3f}"}


def _case(suite: ElementTree.Element, one: Result) -> None:
    about = {"classname": one.scenario.area, "name": one.scenario.name, "time": f"{one.seconds:.3f}"}
    case = ElementTree.SubElement(suite, "testcase", about)
    if not one.ok:
        said = one.misses[0].parting if one.misses else "failed"
        failed = ElementTree.SubElement(case, "failure", {"message": _clean(said), "type": "expectation"})
        failed.text = _clean("\n".join(failure(one)))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def write(file: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    beside = file.with_name(f".{file.name}.unfinished")
    beside.write_bytes(data)
    beside.replace(file)
