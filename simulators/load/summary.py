"""A report in lines, for people at a terminal."""

from __future__ import annotations

from simulators.entry.reports import Report
from simulators.load.run import LoadRun

MAX_LISTED = 20
"""The most findings that are printed; for the rest, only their number."""


def figures_line(report: Report) -> str:
    """The figures of a report on one line."""
    return ", ".join(f"{figure.value} {figure.words.en}" for figure in report.figures)


def findings_lines(report: Report) -> list[str]:
    """The first findings of a report, a line each, and how many more there are."""
    lines = [str(finding) for finding in report.findings[:MAX_LISTED]]
    more = len(report.findings) - MAX_LISTED
    return [*lines, f"… and {more} more"] if more > 0 else lines


def load_summary(report: Report, ran: LoadRun) -> str:
    """The report in lines."""
    lines = [figures_line(report)]
    for name, values in report.data["latency"].items():
        parts = [f"{part.split('_')[-2]} {value:g} ms" for part, value in values.items()]
        lines.append(f"{name}: {', '.join(parts)}")
    lines.append(f"{report.data['rate']['answered']} answers a second in {ran.seconds:.1f} s, {ran.rate:g} asked for")
    lines += findings_lines(report)
    for check in report.checks:
        lines.append(f"{'ok' if check.ok else 'NOT'}  {check.words.en}: wanted {check.wanted}, found {check.found}")
    interrupted = " (interrupted: only what was sent is judged)" if ran.interrupted else ""
    lines.append(f"{'passed' if report.ok else 'FAILED'}{interrupted}")
    return "\n".join(lines)
