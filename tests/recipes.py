"""Recipes of docs/add/: the files that a recipe writes and the commands that it types, taken from its own text.

A step is a fenced block under a line that begins with the file's name: **`FILE`**, new: · **`FILE`**, at the end: ·
**`FILE`**, before `TEXT`: · **`FILE`**, after `TEXT`: (after its line) · **`FILE`**, instead of `TEXT`:. Shell blocks
are typed in their order; the last one is the check, and the text block under it, if there is one, holds lines that it
must print. A recipe that says where another ends begins there.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from tests.mutants.commands import environment
from tests.mutants.planting import ROOT
from tests.pages import made, run

FOLDER = ROOT / "docs" / "add"
BESIDE = (
    "tools",
    "tests",
    "docs",
    "examples",
    "setup.cfg",
    "pyproject.toml",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
)
"""What a checkout has besides the packages, and tests look at."""
PROGRAMS = {
    "python": 'exec "$PYTHON" "$@"',
    "single-window": 'exec "$PYTHON" -m single_window "$@"',
    "pytest": 'exec "$PYTHON" -m pytest -n 0 "$@"',
    "mypy": 'exec "$PYTHON" -m mypy --config-file setup.cfg "$@"',
}
_STEP = re.compile(
    r"^(?:\*\*`(?P<file>[^`\n]+)`\*\*, (?P<how>new|at the end|before|after|instead of)"
    r"(?: `(?P<anchor>[^`\n]+)`)?:\n\n)?"
    r"```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_FIRST = re.compile(r"where\s+\[[^\]]*\]\(([\w-]+\.md)\)\s+ends")


class Step(NamedTuple):
    """One block of a recipe: what is written where (`file`), or what is typed (`file` is empty)."""

    language: str
    text: str
    file: str = ""
    how: str = ""
    anchor: str = ""


def steps(page: str) -> list[Step]:
    """The steps of a recipe, in their order."""
    found = (match.groupdict(default="") for match in _STEP.finditer(page))
    return [Step(**step) for step in found if step["file"] or step["language"] in ("sh", "text")]


def check(page: str) -> tuple[str, list[str]]:
    """The check of a recipe: what is typed, and what lines must be printed."""
    typed = [step for step in steps(page) if not step.file]
    last = max(place for place, step in enumerate(typed) if step.language == "sh")
    wanted = [line.strip() for step in typed[last + 1 :] for line in step.text.splitlines()]
    return typed[last].text, wanted


def follow(page: str, tree: Path) -> None:
    """Does what a recipe says before its check, in a copy of the tree."""
    if first := _FIRST.search(page):
        earlier = (FOLDER / first[1]).read_text("utf-8")
        follow(earlier, tree)
    asked, _ = check(page)
    for step in steps(page):
        if step.file:
            write(step, tree)
        elif step.language == "sh" and step.text != asked:
            assert typed(step.text, tree).endswith("END\n")


def write(step: Step, tree: Path) -> None:
    """Writes a step into its file, which may be a link to ours: it is replaced, never changed."""
    file = tree / step.file
    old = "" if step.how == "new" else file.read_text("utf-8")
    assert file.exists() != (step.how == "new"), f"{step.file} is {'there' if file.exists() else 'not there'}"
    if step.anchor:
        assert old.count(step.anchor) == 1, f"{step.file} holds {old.count(step.anchor)} times: {step.anchor!r}"
    before, anchor, behind = old.partition(step.anchor) if step.anchor else (old, "", "")
    if step.how == "after":
        rest, newline, behind = behind.partition("\n")
        text = before + anchor + rest + newline + step.text + behind
    elif step.how == "instead of":
        text = before + step.text.removesuffix("\n") + behind
    elif step.how == "before":
        above, newline, line = before.rpartition("\n")
        text = above + newline + step.text + line + anchor + behind
    else:
        text = old + step.text
    file.unlink(missing_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def typed(commands: str, tree: Path) -> str:
    """What a shell in a tree says to commands; END closes it when none failed."""
    data = tree.parent / "data"
    data.mkdir(exist_ok=True)
    folder = tree.parent / "bin"
    if not folder.exists():
        made(folder, PROGRAMS)
    around = environment(tree, data)
    return run([commands], tree, {**around, "PATH": f"{folder}:{around['PATH']}", "PYTHON": sys.executable})


def copy_beside(tree: Path) -> None:
    """Puts into a copy of the packages what a checkout has beside them."""
    for name in BESIDE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
