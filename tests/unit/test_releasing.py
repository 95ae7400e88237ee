"""The version stands in one place; changelog, pages and kept databases follow it."""

from __future__ import annotations

import re
from pathlib import Path

from single_window import __version__
from tests import releases

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "Dockerfile", *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))


def test_the_newest_release_of_the_changelog_is_this_one() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.fullmatch(re.escape(__version__) + r" - \d{4}-\d\d-\d\d", headings[1])


def test_pages_show_the_version_of_the_program() -> None:
    shown = re.compile(
        r'"version": ?"(\d+\.\d+\.\d+)"|single-window, version (\S+)|cross_border_single_window-(\d[\d.]*\d)'
    )
    told = {(page, *match) for page in PAGES for match in shown.findall((ROOT / page).read_text("utf-8"))}
    assert {version for _, *groups in told for version in groups if version} == {__version__}


def test_a_database_of_this_release_is_kept() -> None:
    assert releases.written(__version__)["revision"]
    assert (releases.FOLDER / __version__ / releases.PACKED).stat().st_size < 300_000
