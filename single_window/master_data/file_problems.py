"""The problem that a call answers for a CSV file that cannot be taken: every bad cell, with what is allowed."""

from __future__ import annotations

from schemas.findings import Finding
from single_window.frame.http.problems import Problem, finding
from single_window.master_data.csv_files import BadCell, BadFile

MAX_LISTED_CELLS = 99
"""Maximum number of invalid cells in an answer."""


def problem_of_file(bad: BadFile, by_row: bool = False) -> Problem:
    """Return the problem (400) of a file; `by_row`: it came as JSON, and lines are counted as objects, from 1."""
    more = len(bad.cells) - MAX_LISTED_CELLS
    listed = [_finding(cell, by_row) for cell in bad.cells[:MAX_LISTED_CELLS]]
    return Problem(400, [*listed, *([finding("more-bad-cells", count=more)] if more > 0 else [])])


def _finding(cell: BadCell, by_row: bool) -> Finding:
    line = cell.line - 1 if by_row else cell.line
    return finding(
        "bad-cell",
        path=f"{line}:{cell.column}",
        line=line,
        column=cell.column,
        allowed=cell.allowed,
        expected=cell.allowed,
        found=cell.found,
    )._replace(line=line or None)
