"""The version stands in one place; changelog, pages and kept databases follow it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from single_window import __version__
from single_window_client.version import VERSION
from tests import releases
from tests.tables import each

ROOT = Path(__file__).parents[2]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
HEADINGS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""Those of Keep a Changelog, in the order in which a version has them."""
_ENTRY = re.compile(r"\* \*\*(Regulation|Software)\*\* — \S.*\S")
PAGES = ("README.md", "CONTRIBUTING.md", "Dockerfile", *(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")))


def test_the_client_has_the_version_of_the_window() -> None:
    assert __version__ == VERSION


def test_the_newest_release_of_the_changelog_is_this_one() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert re.fullmatch(re.escape(__version__) + r" - \d{4}-\d\d-\d\d", headings[1])


def faults(version: str) -> Iterator[str]:
    """What is wrong with a version of the changelog: its headings, and lines below them that are no entries."""
    headings = re.findall(r"^### (.+)$", version, re.MULTILINE)
    if headings != [heading for heading in HEADINGS if heading in headings]:
        yield f"headings {headings}"
    _, *parts = re.split(r"^### .+$", version, flags=re.MULTILINE)
    for line in "\n".join(parts).splitlines():
        if line and not _ENTRY.fullmatch(line):
            yield line


def test_a_version_of_the_changelog_has_each_heading_once_and_one_line_for_each_entry() -> None:
    _, *versions = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)
    assert [fault for version in versions for fault in faults(version)] == []


@each(
    "version",
    [
        "1.0.0\n\n### Fixed\n\n* **Software** — one.\n\n### Fixed\n\n* **Software** — two.\n",
        "1.0.0\n\n### Fixed\n\n### Added\n",
        "1.0.0\n\n### Mended\n",
        "1.0.0\n\n### Fixed\n\n* **Software** — one that\n  goes on.\n",
        "1.0.0\n\n### Fixed\n\n* one without a mark.\n",
    ],
)
def test_the_guard_of_the_changelog_barks(version: str) -> None:
    assert list(faults(version))


def test_pages_show_the_version_of_the_program() -> None:
    shown = re.compile(
        r'"version": ?"(\d+\.\d+\.\d+)"|single-window, version (\S+)|cross_border_single_window-(\d[\d.]*\d)'
    )
    told = {(page, *match) for page in PAGES for match in shown.findall((ROOT / page).read_text("utf-8"))}
    assert {version for _, *groups in told for version in groups if version} == {__version__}


def test_a_database_of_this_release_is_kept() -> None:
    assert releases.written(__version__)["revision"]
    assert (releases.FOLDER / __version__ / releases.PACKED).stat().st_size < 300_000
