"""The recipes of docs/add/ work: each is followed from its own text in a copy of the tree, and its check succeeds then
and not before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.planting import PACKAGES, ROOT
from tests.recipes import FOLDER, Step, check, copy_beside, follow, steps, typed, write
from tests.tables import each

RECIPES = sorted(path.stem for path in FOLDER.glob("*.md"))
QUICK = {"tax-rule"}
"""Followed whenever tests run; the others, which run tests of their own, among the long ones."""
WANTED = {
    "message",
    "channel",
    "refusal-code",
    "tax-rule",
    "fault",
    "officer-action",
    "case",
    "topic",
    "agency",
    "fact",
    "recurring-work",
    "secret-draw",
}


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Path]:
    """A copy of the checkout."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / "tree" / package, ignore=shutil.ignore_patterns("__pycache__", "html")
        )
    copy_beside(tmp_path / "tree")
    yield tmp_path / "tree"
    shutil.rmtree(tmp_path, ignore_errors=True)


def test_every_recipe_that_people_ask_for_is_there() -> None:
    assert set(RECIPES) == WANTED


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.long) for name in RECIPES]
)
def test_a_recipe_leads_to_what_it_promises_and_its_check_fails_without_it(name: str, tree: Path) -> None:
    page = (FOLDER / f"{name}.md").read_text("utf-8")
    asked, wanted = check(page)
    before = typed(asked, tree)
    assert not before.endswith("END\n") or [line for line in wanted if line not in before], (
        "the check passes without it"
    )
    follow(page, tree)
    said = typed(asked, tree)
    assert said.endswith("END\n"), said[-4_000:]
    assert [line for line in wanted if line not in said] == [], said[-4_000:]


@each(
    ("how", "anchor", "result"),
    [
        ("at the end", "", "one\ntwo\nnew\n"),
        ("after", "ne", "one\nnew\ntwo\n"),
        ("before", "two", "one\nnew\ntwo\n"),
        ("instead of", "one", "new\ntwo\n"),
    ],
)
def test_a_step_is_written_where_it_says(
    how: str, anchor: str, result: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("step")
    (folder / "file").write_text("one\ntwo\n", "utf-8")
    write(Step("text", "new\n", "file", how, anchor), folder)
    assert (folder / "file").read_text("utf-8") == result


def test_what_is_said_twice_or_not_at_all_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("one\none\n", "utf-8")
    for step in (
        Step("text", "new\n", "file", "after", "one"),
        Step("text", "new\n", "file", "after", "two"),
        Step("text", "new\n", "file", "new"),
    ):
        with pytest.raises(AssertionError):
            write(step, tmp_path)


def test_steps_are_read_from_a_page() -> None:
    page = "**`a/b.toml`**, after `x = 1`:\n\n```toml\ny = 2\n```\n\nThen:\n\n```sh\nsingle-window x\n```\n"
    assert steps(page) == [Step("toml", "y = 2\n", "a/b.toml", "after", "x = 1"), Step("sh", "single-window x\n")]
    assert check(page) == ("single-window x\n", [])
