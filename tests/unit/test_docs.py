"""The written pages say what is true: commands exist, names have their place, codes words, files exist.

That links lead somewhere is proved by building the site (tests/browser/test_docs_site.py)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from os.path import normpath
from pathlib import Path

import click
import msgspec

from declarations.lifecycle import OFFICER, all_lifecycles
from gateways.agencies import GATEWAYS, TOPICS
from gateways.circumstances import Options
from schemas.catalogue import entries
from schemas.codes import return_statuses
from schemas.receipt_texts import texts as receipt_texts
from simulators.attacks.command import attack
from simulators.bench import bench
from simulators.demo import demo
from simulators.known_faults import KnownFault, known_faults
from simulators.load.command import load
from simulators.officers.command import officers
from simulators.peer.command import verify_peer
from simulators.recordings.command import recording
from simulators.refunds.year import year
from simulators.scenarios.command import scenario
from simulators.traffic.command import traffic
from simulators.verdicts.command import verdict
from single_window.cli import COMMANDS, main
from single_window.messaging import topology
from single_window.reference.site import written_pages
from single_window.settings import Settings
from single_window.store.tables import metadata
from tests.pages import ROOT, texts
from tests.recipes import steps
from tests.tables import each
from tools.bench.planning import ALL_MEASURES

WRITTEN = list(written_pages())
TYPED = [name for name in WRITTEN if not name.startswith("docs/add/")]
"""Pages whose commands are only looked at; those of recipes are typed (test_recipes.py)."""
TABLE = "docs/outcomes-table.md"
OUTCOMES = "## To see this outcome, do that"
FROM_OUTSIDE = {
    "demo": demo,
    "bench": bench,
    "year": year,
    "officers": officers,
    "traffic": traffic,
    "scenario": scenario,
    "recording": recording,
    "load": load,
    "verdict": verdict,
    "verify-peer": verify_peer,
    "attack": attack,
}
"""Commands that an entry point brings: where nothing is installed, only these pages would miss them."""
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\[Code:(\d+)\]")
_NEGATIVE = re.compile(r"(?<!\w)-\d{6}")


def lines(text: str) -> Iterator[str]:
    """Every command that a page says to type: lines of shell blocks, and `inline` ones."""
    for language, block in _FENCE.findall(text):
        if language == "sh":
            yield from (line for line in block.splitlines() if line.strip())
    yield from re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def called(line: str) -> list[str] | None:
    """The words after `single-window` of a command line; None for another command."""
    words = shlex.split(line.partition(" > ")[0].partition(" | ")[0], comments=True)
    if not words or Path(words[0]).name != "single-window":
        return None
    return words[1:]


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words call, and what is left for its options; raises `click.UsageError`."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        known = command is not main or words[0] in COMMANDS
        result = command.get_command(context, words[0]) if known else FROM_OUTSIDE.get(words[0])
        if result is None:
            raise click.UsageError(f"there is no command {words[0]!r}")
        command, words = result, words[1:]
    return command, words


def complaint(line: str) -> str:
    """Why a command line cannot be typed as it stands; empty when it can."""
    words = called(line)
    if words is None or words == ["…"]:
        return ""
    try:
        command, rest = resolved(words)
        options, _, _ = command.make_parser(click.Context(command)).parse_args(args=list(rest))
        for option in command.params:
            value = options.get(option.name or "")
            if isinstance(option.type, click.Choice) and isinstance(value, str):
                option.type.convert(value, option, None)
    except (click.UsageError, ValueError) as error:
        return f"{line}: {error}"
    return ""


@each("name", TYPED)
def test_every_command_on_a_page_exists_with_its_options(name: str) -> None:
    assert [text for line in lines(texts()[name]) if (text := complaint(line))] == []


def test_commands_are_really_found_on_the_pages() -> None:
    shown = [words for name in WRITTEN for line in lines(texts()[name]) if (words := called(line))]
    assert {words[0] for words in shown} >= {
        "run",
        "submit",
        "validate",
        "sample",
        "receipts",
        "show",
        "act",
        "parked",
        "import",
        "sandbox",
        "clock",
        "demo",
        "bench",
    }


@each(
    "line",
    [
        "single-window sumbit a.xml",
        "single-window submit --nowait a.xml",
        "single-window clock avdance 3d",
        "single-window demo --leave",
        "single-window submit --edition 2019 a.xml",
        "single-window run --port",
    ],
)
def test_the_guard_of_commands_barks(line: str) -> None:
    assert complaint(line)


@each("name", WRITTEN)
def test_every_make_target_on_a_page_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    result = [line.split()[1] for line in lines(texts()[name]) if re.match(r"make [a-z]", line)]
    assert set(result) <= targets


@cache
def rows_and_headings() -> str:
    """The rows of tables and the headings of all pages."""
    text = (line for page in texts().values() for line in page.splitlines())
    return "\n".join(line for line in text if line.startswith(("#", "|")))


def in_row_or_heading(name: str) -> bool:
    """Whether a name stands, in code letters or as it is, in a row of a table or a heading."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", rows_and_headings()) is not None


@each(
    "name",
    [
        *(f"SINGLE_WINDOW_{field.name.upper()}" for field in fields(Settings)),
        *(field.name for field in msgspec.structs.fields(Options)),
        *(fault.name for fault in known_faults("import")),
        *sorted({step.action for life in all_lifecycles().values() for step in life.transitions if OFFICER in step.by}),
        *sorted(TOPICS),
        *(measure.name for measure in ALL_MEASURES),
    ],
)
def test_everything_that_has_a_name_has_a_row_or_a_heading(name: str) -> None:
    assert in_row_or_heading(name)


def test_the_guard_of_names_barks() -> None:
    assert not in_row_or_heading("no_such_name")


def rows(text: str, heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table under a heading, without its head."""
    part = text.partition(f"{heading}\n")[2].partition("\n## ")[0]
    table = [line for line in part.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table[2:]]


def outcomes() -> list[tuple[str, ...]]:
    result = rows(texts()[TABLE], OUTCOMES)
    assert len(result) > 30 and all(len(row) == 3 for row in result), "the table of outcomes is not where it was"
    return result


def test_every_code_of_the_table_of_outcomes_has_words() -> None:
    for outcome, how, _ in outcomes():
        for code in [*_CODE.findall(outcome + how), *_NEGATIVE.findall(outcome + how)]:
            assert code in receipt_texts(), f"{outcome}: {code}"


def test_every_status_of_the_table_of_outcomes_exists() -> None:
    known = {entry.code for entry in entries()}
    for outcome, *_ in outcomes():
        if outcome.startswith(("HTTP", "CEB")):
            continue
        for number in re.findall(r"(?<![\w:-])\d+", outcome):
            assert number in known or return_statuses.get(number), f"{outcome}: {number}"


@each("fault", known_faults("import"), ids=lambda fault: fault.name)
def test_every_known_fault_has_its_outcome_in_the_table(fault: KnownFault) -> None:
    ((outcome, _, _),) = [row for row in outcomes() if row[2] == f"`{fault.name}`"]
    # what a cancellation or a return answers is the outcome to look for; the list's own comes before it
    wanted = [] if fault.story else [fault.expected.outcome, *fault.expected.codes]
    assert [part for part in wanted if part not in outcome and part != "800"] == []
    assert fault.story or fault.expected.codes or fault.expected.outcome != "800" or re.search(r"800|2$", outcome)


def test_every_table_of_the_database_has_its_owner_on_the_page() -> None:
    shown = {
        owner: set(re.findall(r"`(\w+)`", tables))
        for owner, tables in rows(texts()["docs/architecture.md"], "## Tables and their owners")
    }
    owned: dict[str, set[str]] = {}
    for table in metadata.tables.values():
        owned.setdefault(table.info["owner"], set()).add(table.name)
    assert shown == {owner: tables for owner, tables in owned.items() if owner != "all"}


def test_every_topic_stands_under_its_queue_on_the_page() -> None:
    page = texts()["docs/reference/topics.md"]
    shown = {
        queue: {topic for topics, *_ in rows(page, f"## {queue}") for topic in re.findall(r"`([\w.]+)`", topics)}
        for queue in topology.GATEWAYS
    }
    assert shown == {gateway.name: set(gateway.topics) for gateway in GATEWAYS}


def mentioned() -> Iterator[tuple[str, str]]:
    """Files that a page names in code letters, but those that a recipe or its example makes, each with the page."""
    made = {step.file for name in WRITTEN for step in steps(texts()[name]) if step.how == "new"}
    for name in WRITTEN:
        for path in re.findall(r"`([a-z_]+/[\w./-]*)`", _FENCE.sub("", texts()[name])):
            of_example = name.startswith("docs/add/") and (ROOT / "examples" / "agency" / path).exists()
            if (ROOT / path.partition("/")[0]).is_dir() and path not in made and not of_example:
                yield name, path


_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def strays(name: str, text: str) -> Iterator[str]:
    """Relative links of a page that lead to no page of the site, or to a file that is not there."""
    for link in _LINK.findall(_FENCE.sub("", text)):
        target = normpath(f"{Path(name).parent}/{link}")
        if target not in texts() if target.endswith(".md") else not (ROOT / target).exists():
            yield f"{name}: {link}"


def test_every_link_of_a_page_leads_to_a_page_of_the_site_or_to_a_file() -> None:
    assert [stray for name in WRITTEN for stray in strays(name, texts()[name])] == []


def test_the_guard_of_links_barks() -> None:
    text = "[a](faults.md#b) [b](https://c.example) [c](../clients/python/README.md) [d](../nowhere.toml)"
    assert list(strays("docs/ci.md", text)) == [
        "docs/ci.md: ../clients/python/README.md",
        "docs/ci.md: ../nowhere.toml",
    ]


def test_every_file_that_a_page_names_exists() -> None:
    named = list(mentioned())
    assert len(named) > 60
    assert [link for link in named if not (ROOT / link[1]).exists()] == []


def test_every_decision_has_its_number_and_the_three_parts() -> None:
    decisions = sorted(name for name in WRITTEN if name.startswith("docs/adr/") and name != "docs/adr/README.md")
    numbers = [int(Path(name).name.partition("-")[0]) for name in decisions]
    assert len(set(numbers)) == len(numbers), "a number is never given again, also not that of a decision that went"
    for number, name in zip(numbers, decisions, strict=True):
        text = texts()[name]
        assert text.startswith(f"# {number}. ")
        assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert "\nStatus: " in text
