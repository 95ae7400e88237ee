"""The pages for those who watch over a window name every event, check and stage there is, and no other."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

from single_window.language.phrases import book
from single_window.observe.logs import compact
from single_window.observe.metrics.table import METERS
from single_window.reference import manual as reference
from tests.shape.sources import Module, modules
from tests.tables import each

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/observe.md").read_text("utf-8")
LEVELS = frozenset({"debug", "info", "warning", "error", "exception"})
_EVENT = re.compile(r"[a-z_]+\.[a-z_]+|stopping|library")


def events(module: Module) -> set[str]:
    """What a module logs: the texts in the first argument of each of its calls."""
    values = {
        constant.value
        for node in module.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
        and node.args
        for constant in ast.walk(node.args[0])
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }
    return {value for value in values if _EVENT.fullmatch(value)}


def rows(heading: str, page: str = PAGE) -> list[list[str]]:
    """The first cells of the table that begins with a heading row: each as the names in code letters."""
    table = page.partition(f"\n| {heading} ")[2].partition("\n\n")[0]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in table.splitlines()[2:]]


def test_every_event_of_the_log_has_a_row_and_every_row_an_event() -> None:
    result = {event for module in modules("single_window") for event in events(module)} | {"library"}
    shown = [name for names in rows("event", "\n".join(reference.events())) for name in names]
    assert sorted(shown) == sorted(result)


@each(
    "source",
    [
        'log.info("batch.done", queue="x")',
        'log.error("a.b" if x else "batch.done")',
        'log.exception("batch.done")',
        'log.warning({"x": "batch.done", "y": "a.b"}[z], reason="c.d")',
    ],
)
def test_the_guard_of_events_barks(source: str) -> None:
    assert "batch.done" in events(Module("single_window.x", source)) and "c.d" not in events(Module("x", source))


def test_every_stage_that_may_be_overdue_says_what_to_do() -> None:
    assert sorted(name for names in rows("stage") for name in names) == sorted(book()["stage"])


def test_every_check_has_a_row() -> None:
    assert {name for names in rows("check of `/readyz`") for name in names} == set(book()["check"]) - {"unfinished"}


def test_metrics_that_are_asked_for_exist() -> None:
    metrics = set(re.findall(r"single_window_[a-z_]+", PAGE))
    known = {meter.shown for meter in METERS.values()}
    assert len(metrics) > 5
    assert {name.removesuffix("_bucket") for name in metrics} <= known


@each("ids", [[1205], [7, 1205], [1205, 2000], [1204, 1205, 1206], [*range(1, 3), 1205]])
@each("field", ["messages", "deliveries"])
def test_the_search_that_the_page_shows_finds_an_id_and_no_other(field: str, ids: list[int]) -> None:
    (line,) = [name for name in PAGE.splitlines() if name.startswith("grep") and f'"{field}"' in name]
    pattern = re.sub(r"120\d", "1205", shlex.split(line)[2])
    assert re.search(pattern, f'{{"event": "x", "{field}": "{compact(ids)}", "process": 1205}}')
    others = [number for number in ids if number != 1205] + [12050, 11205]
    assert not re.search(pattern, f'{{"event": "x", "{field}": "{compact(others)}", "process": 1205}}')
