"""What became of scenarios, in words for people, as JSON, as cases for build servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulators.entry.reports import Case, Chart, Check, Figure, Plot, Report, Words
from simulators.scenarios import spans
from simulators.scenarios.form import VERBS, Scenario
from simulators.scenarios.playing import Result

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


def cases(results: Sequence[Result]) -> list[Case]:
    """What became of each scenario, for build servers: a suite an area, a case a scenario."""
    return [
        Case(
            one.scenario.area,
            one.scenario.name,
            one.seconds,
            "" if one.ok else one.misses[0].parting if one.misses else "failed",
            "\n".join(failure(one)),
        )
        for one in results
    ]


def report(results: Sequence[Result]) -> Report:
    """All of it as a report: a check a scenario, those that failed first."""
    failed = [one for one in results if not one.ok]
    areas = list(dict.fromkeys(one.scenario.area for one in results))
    series = {
        f"{zh} {en}": [sum(1 for one in results if one.scenario.area == area and one.ok is ok) for area in areas]
        for zh, en, ok in (("通过", "passed", True), ("不通过", "failed", False))
    }
    words = Words("各类场景", "scenarios by area")
    chart = Chart(words, Plot(f"{words.zh} {words.en}", areas, series, True, True, ("two", "four")))
    return Report(
        "scenarios",
        Words("场景测试报告", "report of scenarios"),
        (),
        (
            Figure("passed", Words("通过", "passed"), f"{len(results) - len(failed)}"),
            Figure("failed", Words("不通过", "failed"), f"{len(failed)}", bool(failed)),
        ),
        tuple(_check(one) for one in (*failed, *(one for one in results if one.ok))),
        charts=(chart,),
    )


def _check(one: Result) -> Check:
    wanted, got = (one.misses[0].expected, one.misses[0].got) if one.misses else ("", "")
    came = f"{spans.said(one.lasted)}; {one.seconds:.1f} s"
    about = tuple(line.strip() for line in failure(one))
    return Check(one.scenario.name, Words(one.scenario.zh, one.scenario.en), wanted, got or came, one.ok, about)
