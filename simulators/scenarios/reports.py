"""Reports of scenarios: in words for people, as JSON, as cases for build servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulators.entry.reports import Case, Chart, Figure, Plot, Report, ReportCheck, Words
from simulators.scenarios import durations
from simulators.scenarios.form import STEP_KINDS, LocatedStep, ScenarioFile
from simulators.scenarios.results import ScenarioResult

PASSED, FAILED = "passed", "FAILED"


def result_line(result: ScenarioResult) -> str:
    """One line per scenario: the result, and the duration by the sandbox's clock and in real time."""
    return f"{PASSED if result.ok else FAILED} {result.scenario.name} ({_durations(result)})"


def _durations(result: ScenarioResult) -> str:
    return f"{durations.duration_text(result.virtual_milliseconds)}; {result.seconds:.1f} s"


def failure_lines(result: ScenarioResult) -> Iterator[str]:
    """Why a scenario failed: the step, what was expected and came, where they differ, and the events until then."""
    if result.failed_step is None:
        return
    yield f"  {failed_step_text(result)}"
    for miss in result.mismatches:
        yield f"    expected  {miss.expected}"
        yield f"    got       {miss.got}"
        yield f"    {miss.parting}"
    yield "  what happened:"
    for event in result.story:
        yield f"    {event.at}  {event.what}"
    if result.sandbox_kept:
        yield f"  the sandbox is kept: {result.sandbox}"


def failed_step_text(result: ScenarioResult) -> str:
    """The failed step: file, line, number and text."""
    assert result.failed_step is not None
    located, step = result.failed_step, result.failed_step.step
    verb = next(name for name, kind in STEP_KINDS.items() if type(step) is kind)
    return (
        f"{located.file}, line {located.line}, step {located.number + 1} ({verb}){': ' + step.say if step.say else ''}"
    )


def as_json(results: Sequence[ScenarioResult]) -> dict[str, Any]:
    """The results as JSON values."""
    return {
        "passed": sum(1 for result in results if result.ok),
        "failed": sum(1 for result in results if not result.ok),
        "scenarios": [_result_json(result) for result in results],
    }


def _step_json(step: LocatedStep) -> dict[str, Any]:
    return {"file": step.file, "line": step.line, "step": step.number + 1}


def _result_json(result: ScenarioResult) -> dict[str, Any]:
    return {
        **scenario_json(result.scenario),
        "passed": result.ok,
        "seconds": round(result.seconds, 3),
        "virtual_seconds": result.virtual_milliseconds // 1000,
        "sandbox": result.sandbox if result.sandbox_kept else None,
        "failed": _step_json(result.failed_step) if result.failed_step else None,
        "misses": [miss._asdict() for miss in result.mismatches],
        "story": [event._asdict() for event in result.story],
        "digests": dict(result.digests) or None,
    }


def scenario_json(scenario: ScenarioFile) -> dict[str, Any]:
    """Describe a scenario without running it."""
    return {
        "name": scenario.name,
        "area": scenario.area,
        "zh": scenario.zh,
        "en": scenario.en,
        "shows": list(scenario.shows),
    }


def junit_cases(results: Sequence[ScenarioResult]) -> list[Case]:
    """JUnit cases of scenario results: a suite an area, a case a scenario."""
    return [
        Case(
            result.scenario.area,
            result.scenario.name,
            result.seconds,
            "" if result.ok else result.mismatches[0].parting if result.mismatches else "failed",
            "\n".join(failure_lines(result)),
        )
        for result in results
    ]


def report_of(results: Sequence[ScenarioResult]) -> Report:
    """The results as a report: one check per scenario, failed ones first."""
    failed = [result for result in results if not result.ok]
    areas = list(dict.fromkeys(result.scenario.area for result in results))
    series = {
        f"{zh} {en}": [
            sum(1 for result in results if result.scenario.area == area and result.ok is ok) for area in areas
        ]
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
        tuple(_report_check(result) for result in (*failed, *(result for result in results if result.ok))),
        charts=(chart,),
    )


def _report_check(result: ScenarioResult) -> ReportCheck:
    wanted, got = (result.mismatches[0].expected, result.mismatches[0].got) if result.mismatches else ("", "")
    details = tuple(line.strip() for line in failure_lines(result))
    return ReportCheck(
        result.scenario.name,
        Words(result.scenario.zh, result.scenario.en),
        wanted,
        got or _durations(result),
        result.ok,
        details,
    )
