"""Every module says what it is for, stays small, has a name that means something, and speaks of this project alone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.shape import rooms
from tests.shape.sources import ROOT, Module, modules
from tests.tables import each

ABOUT_MODULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    rooms.names,
    rooms.lengths,
    rooms.docstrings,
    rooms.late_names,
    rooms.stray_texts,
)
GUARDS = {"tests/shape/rooms.py", "tests/shape/test_rooms.py"}
"""They must name what they look for."""
OFFICIAL = {"tests/unit/schemas/golden.py"}
"""It reads the official samples where they lie beside the repository, and skips where they do not."""


@pytest.fixture(scope="module")
def files() -> list[tuple[str, str]]:
    """Every text file of the repository, as far as it is or will be committed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: nobody says which files belong to it")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return [text for text in rooms.texts(ROOT, listed) if text[0] not in GUARDS]


@each("check", ABOUT_MODULES, ids=lambda check: check.__name__)
def test_every_module_is_a_room_one_can_live_in(check: Callable[[Module], Iterator[str]]) -> None:
    assert [complaint for module in modules() for complaint in check(module)] == []


def test_nothing_is_left_for_later(files: list[tuple[str, str]]) -> None:
    assert [complaint for name, text in files for complaint in rooms.unfinished(name, text)] == []


def test_the_project_speaks_of_itself_alone(files: list[tuple[str, str]]) -> None:
    assert [complaint for name, text in files if name not in OFFICIAL for complaint in rooms.strange(name, text)] == []


@each(
    ("check", "name", "text"),
    [
        (rooms.late_names, "gateways.tax", "if a < b <= (c := d()):\n    pass\nprint(c)"),
        (rooms.names, "single_window.utils", '"""Words."""'),
        (rooms.names, "single_window.store.models", '"""Words."""'),
        (rooms.names, "gateways.common.tax", '"""Words."""'),
        (rooms.lengths, "gateways.tax", "x = 1\n" * (rooms.LONGEST + 1)),
        (rooms.docstrings, "gateways.tax", "import os\n"),
        (rooms.docstrings, "gateways.tax", '"""Words."""\ndef hear(items): ...'),
        (rooms.docstrings, "gateways.tax", '"""Words."""\nasync def hear(items): ...'),
        (rooms.docstrings, "gateways.tax", '"""Words."""\nclass Bill:\n    name = ""'),
        (rooms.docstrings, "gateways.tax", '"""Words."""\nclass Bill:\n    """Words."""\n    def overtake(self): ...'),
        (rooms.stray_texts, "gateways.tax", 'with lock:\n    """Wait."""'),
        (rooms.stray_texts, "gateways.tax", 'if late:\n    pass\nelse:\n    wait()\n    "Done."'),
    ],
)
def test_the_guard_of_modules_barks(check: Callable[[Module], Iterator[str]], name: str, text: str) -> None:
    assert list(check(Module(name, text)))


@each(
    ("check", "text"),
    [
        (rooms.unfinished, "# TODO: later"),
        (rooms.unfinished, "x = 1  # FIXME"),
        (rooms.strange, "see /work/main/README"),
        (rooms.strange, 'path = "/root/x"'),
        (rooms.strange, "in ../shared/spec"),
        (rooms.strange, "house.md says so"),
        (rooms.strange, "written by ChatGPT"),
        (rooms.strange, "the lead does this"),
    ],
)
def test_the_guard_of_texts_barks(check: Callable[[str, str], Iterator[str]], text: str) -> None:
    assert list(check("docs/index.md", text))


@each("text", ["/api/v1/messages", "docs/work/x", "https://example.org/work/", "todo", "the leader"])
def test_the_guard_of_texts_keeps_quiet(text: str) -> None:
    assert list(rooms.unfinished("a", text)) == list(rooms.strange("a", text)) == []
