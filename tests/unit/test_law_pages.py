"""docs/law says what every citation of the law in code, tables and reference means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from declarations import law
from tests.tables import each

ROOT = Path(__file__).parents[2]
LAW = ROOT / "docs" / "law"
CITING = ("declarations", "schemas", "gateways", "single_window", "simulators", "docs")
_CITATION = re.compile(r"\b(rules \d(?:\.\d)?|readings? \d+(?:(?:, \d+)*(?: and| to) \d+)?)\b")
_PAGE = re.compile(r"(?<![\w-])(S\d\d[bcdx]?)(?![\w|-])")


def texts() -> Iterator[tuple[Path, str]]:
    for folder in CITING:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".toml", ".csv", ".md"} and LAW not in path.parents:
                yield path, path.read_text("utf-8", errors="replace")


def cited() -> set[str]:
    """Every "rules 1.1" and "reading 7" that is cited; "readings 7 to 9" names its ends."""
    results = set()
    for _, text in texts():
        for citation in _CITATION.findall(text):
            word, *numbers = citation.replace(",", "").split()
            results |= {
                f"{word.removesuffix('s') if word == 'readings' else word} {number}"
                for number in numbers
                if number[0].isdigit()
            }
    return results


def explained() -> set[str]:
    rules = re.findall(r"^## (rules [\d.]+)$", (LAW / "rules.md").read_text("utf-8"), re.MULTILINE)
    readings = re.findall(r'<a id="reading-(\d+)"></a>(\d+) \| \S', (LAW / "readings.md").read_text("utf-8"))
    assert all(anchor == shown for anchor, shown in readings)
    return {*rules, *(f"reading {number}" for number, _ in readings)}


def test_every_rule_and_reading_that_is_cited_is_explained() -> None:
    assert len(cited()) > 50
    assert sorted(cited() - explained()) == []


def test_every_page_that_is_cited_by_its_number_is_known() -> None:
    index = (LAW / "index.md").read_text("utf-8")
    named = {page: path for path, text in texts() for page in _PAGE.findall(text)}
    unknown = {
        page: str(path) for page, path in named.items() if page not in law.all_sources() and f"| {page} |" not in index
    }
    assert unknown == {}


def test_the_readings_are_numbered_without_a_gap() -> None:
    readings = sorted(int(name.split()[1]) for name in explained() if name.startswith("reading"))
    assert readings == list(range(1, len(readings) + 1))


@each("folder", ["declarations/", "gateways/", "schemas/"])
def test_every_file_that_the_pages_name_exists(folder: str) -> None:
    pages = "".join(path.read_text("utf-8") for path in LAW.glob("*.md"))
    named = re.findall(rf"`({re.escape(folder)}[\w/.]*\w)`", pages)
    assert [name for name in named if not (ROOT / name).exists()] == []
