"""The index of decisions lists each once, its links lead somewhere, and what was superseded says so on both pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.shape.sources import ROOT
from tests.tables import each

FOLDER = ROOT / "docs" / "adr"
INDEX = "README.md"
FIRST = 8
"""How many decisions a newcomer reads first."""
_ENTRY = re.compile(r"^(?:\d+\.|\*) \[[^\]]+\]\((\d{4}-[\w-]+\.md)\)(.*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)")
_STATUS = re.compile(r"^Status: .+?(?=\n\n)", re.MULTILINE | re.DOTALL)
_REPLACES = re.compile(r"supersedes (.+)|changes (.+)", re.DOTALL)


def pages() -> dict[str, str]:
    """Name → text of each decision."""
    return {page.name: page.read_text("utf-8") for page in sorted(FOLDER.glob("[0-9]*.md"))}


def index() -> str:
    """The index of decisions."""
    return (FOLDER / INDEX).read_text("utf-8")


def status(page: str) -> str:
    """The lines of a decision that tell its status; empty: it has none."""
    found = _STATUS.search(page)
    return found[0] if found else ""


def misplaced(text: str, decisions: Mapping[str, str]) -> Iterator[str]:
    """Decisions that the index lists not once, and those that it lists although there are none."""
    listed = [name for name, _ in _ENTRY.findall(text)]
    yield from (f"{name}: {listed.count(name)} times" for name in decisions if listed.count(name) != 1)
    yield from (f"{name} does not exist" for name in listed if name not in decisions)


def unmarked(text: str, decisions: Mapping[str, str]) -> Iterator[str]:
    """Decisions whose mark in the index is not that of their status: superseded, or in force."""
    for name, rest in _ENTRY.findall(text):
        if ("*superseded*" in rest) != status(decisions.get(name, "")).startswith("Status: superseded"):
            yield name


def unanswered(decisions: Mapping[str, str]) -> Iterator[str]:
    """Decisions that another one supersedes or changes, and whose status does not name it."""
    for name, page in decisions.items():
        for part in _REPLACES.findall(status(page)):
            for other in _LINK.findall("".join(part)):
                if name not in status(decisions.get(other, "")):
                    yield f"{other} does not name {name}"


def test_the_index_lists_every_decision_once() -> None:
    assert list(misplaced(index(), pages())) == []


def test_the_index_names_eight_to_read_first() -> None:
    assert len(re.findall(r"^\d+\. \[", index(), re.MULTILINE)) == FIRST


def test_every_link_of_the_index_leads_to_a_page() -> None:
    assert [link for link in _LINK.findall(index()) if not (FOLDER / link).is_file()] == []


def test_the_index_marks_what_is_superseded() -> None:
    assert list(unmarked(index(), pages())) == []


def test_a_decision_that_was_replaced_names_the_one_that_replaced_it() -> None:
    assert list(unanswered(pages())) == []


OLD, NEW = "0001-old.md", "0002-new.md"
ACCEPTED = "# 1. Old\n\nStatus: accepted\n\n## Context\n"
SUPERSEDED = "# 1. Old\n\nStatus: superseded by [ADR 2](0002-new.md)\n\n## Context\n"
REPLACING = "# 2. New\n\nStatus: accepted; {} [ADR 1](0001-old.md)\n\n## Context\n"


@each("text", ["", f"* [1]({OLD}) Old.\n* [1]({OLD}) Again.\n", f"* [1]({OLD}) Old.\n* [9](0009-lost.md) Lost.\n"])
def test_the_guard_of_the_index_barks(text: str) -> None:
    assert list(misplaced(text, {OLD: ACCEPTED}))


@each(("mark", "page"), [("*superseded* by 2", ACCEPTED), ("Old.", SUPERSEDED)])
def test_the_guard_of_marks_barks(mark: str, page: str) -> None:
    assert list(unmarked(f"* [1]({OLD}) {mark}\n", {OLD: page})) == [OLD]


@each("how", ["supersedes", "changes"])
def test_the_guard_of_replaced_decisions_barks(how: str) -> None:
    assert list(unanswered({OLD: ACCEPTED, NEW: REPLACING.format(how)}))
    assert not list(unanswered({OLD: SUPERSEDED, NEW: REPLACING.format(how)}))
