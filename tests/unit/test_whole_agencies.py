"""A piece of an agency that is missing, or whose name is misspelt, stops the start with a sentence that names it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mutants.commands import environment
from tests.mutants.planting import PACKAGES, ROOT
from tests.patience import PATIENCE

pytestmark = pytest.mark.long

START = """
import sys
from pathlib import Path
import single_window.cases.subjects
from single_window.settings import Settings
from single_window.wiring import Window
Window(Settings(data=Path(sys.argv[1]))).close()
"""
"""What `run` does first: it loads the subjects of its pages and calls, and opens a window that works."""
Damage = Callable[[Path], None]


def gone(file: str) -> Damage:
    """Delete a file."""
    return lambda tree: (tree / file).unlink()


def renamed(file: str, name: str) -> Damage:
    """Rename a file or folder."""
    return lambda tree: shutil.move(tree / file, (tree / file).with_name(name)) and None


def replaced(file: str, text: str, by: str) -> Damage:
    """Replace a text, which is there."""

    def replace(tree: Path) -> None:
        source = (tree / file).read_text("utf-8")
        assert text in source
        (tree / file).unlink()  # the copy is made of links
        (tree / file).write_text(source.replace(text, by), "utf-8")

    return replace


OFFICERS = "gateways/forex/officers.toml"
DAMAGES: dict[str, tuple[Damage, str]] = {
    "no AGENCY": (replaced("gateways/forex/__init__.py", "AGENCY =", "AGENCIES ="), "gateways/forex.*no AGENCY"),
    "AGENCY of another name": (
        replaced("gateways/forex/__init__.py", '"forex",', '"fx",'),
        "gateways/forex.*no AGENCY",
    ),
    "the order of another": (
        replaced("gateways/forex/__init__.py", "order=5", "order=4"),
        "agencies (forex and refund|refund and forex) both have the order 4",
    ),
    "files that are a text": (
        replaced("gateways/registration/__init__.py", 'files=("officers.toml", "words.toml")', 'files="officers.toml"'),
        r"registration: the files of AGENCY are a sequence, as in files=\('officers.toml',\)",
    ),
    "an event that nothing writes": (
        replaced("schemas/epcis/goods_steps.csv", "export_refund,return_take_back,", "export_refund,return_took_back,"),
        "goods_steps.csv names the event 'return_took_back' of export_refund, which nothing writes",
    ),
    "an act without words": (
        replaced("gateways/registration/words.toml", '\ngrade = { zh = "评定', '\nmark = { zh = "评定'),
        r"registration/words.toml has no grade in \[other_act\]",
    ),
    "no words": (gone("gateways/forex/words.toml"), "gateways/forex.*words.toml"),
    "misnamed officers": (renamed(OFFICERS, "oficers.toml"), "gateways/forex.*oficers.toml"),
    "no topics": (
        replaced("gateways/forex/topics.py", 'Gateway("forex"', 'Gateway("fx"'),
        r"'agency\.forex_report' of 'fx' is the topic of no document",
    ),
    "a misspelt topic of a document": (
        replaced("gateways/forex/topics.py", '"agency.forex_report"', '"agency.forex_reprot"'),
        r"'agency\.forex_reprot' of 'forex' is the topic of no document of .*; these are: \['agency\.forex_report'",
    ),
    "no repository": (
        replaced("single_window/store/gateways/forex/__init__.py", "REPOSITORY =", "REPOSITORIES ="),
        "store/gateways/forex declares no REPOSITORY",
    ),
    "no table of the subject": (
        replaced("single_window/store/agency_tables/forex.py", 'SUBJECTS = {"forex_report"', 'SUBJECTS = {"report"'),
        "no table keeps the subjects forex_report",
    ),
    "no lifecycle": (gone("declarations/forex/lifecycle.toml"), "forex_report"),
    "misnamed folder of messages": (
        renamed("schemas/gateway/forex", "forx"),
        "schemas/gateway/forx belongs to no agency",
    ),
    "misnamed texts": (renamed("schemas/gateway/forex/remedies.toml", "remedy.toml"), "remed"),
    "misnamed messages": (
        renamed("schemas/gateway/forex/catalogue.toml", "catalog.toml"),
        r"'agency\.forex_report' of 'forex' is the topic of no document of schemas/gateway/\*/catalogue.toml",
    ),
    "a message of nobody": (
        replaced("schemas/gateway/forex/catalogue.toml", 'gateway = "forex"', 'gateway = "fx"'),
        r"'agency\.forex_report' of 'forex' is the topic of no document of schemas/gateway/\*/catalogue.toml",
    ),
    "no acts": (replaced(OFFICERS, "[act.forex_report]", "[act.report]"), r"no \[act.forex_report\]"),
    "a desk of nothing": (replaced(OFFICERS, "{ forex_report =", "{ report ="), "names the subject 'report'"),
    "a desk of no state": (
        replaced(OFFICERS, '["in_review"]', '["in_rview"]'),
        "waits in 'in_rview', which forex_report does not have: .*in_review",
    ),
    "values of no group": (
        replaced("gateways/forex/__init__.py", 'parameters={"', 'parameters={"x'),
        "gateways/forex puts dated values into the group 'x.*', which is none of limits, ",
    ),
    "no name of late work": (replaced("gateways/forex/words.toml", "[stage]\nforex ", "[stage]\nfx "), r"\[stage\]"),
    "words that another has": (
        replaced("gateways/forex/words.toml", "[actor]\n", '[actor]\nregistration = { zh = "", en = "" }\n'),
        r"\[actor\] has registration twice: in gateways/(registration|forex)/words.toml and in gateways/",
    ),
    "a right that another has": (
        replaced(OFFICERS, "[right.decide_exchange]", "[right.decide_claims]"),
        r"\[right\] has decide_claims twice: in gateways/(refund|forex)/officers.toml and in gateways/",
    ),
    "a text that another has": (
        replaced("schemas/gateway/forex/receipt_texts.csv", "\n21190,", "\n20500,"),
        "two texts of 20500: see schemas/gateway/forex/receipt_texts.csv and schemas/gateway/refund/receipt_texts.csv",
    ),
    "a remedy that another has": (
        replaced("schemas/gateway/forex/remedies.toml", '["21193"]', '["21193", "20500"]'),
        "20500 has remedies in schemas/gateway/forex/remedies.toml and in schemas/gateway/refund/remedies.toml",
    ),
    "no remedy": (
        replaced("schemas/gateway/forex/remedies.toml", 'codes = ["21193"]', "codes = []"),
        "schemas/gateway/forex/remedies.toml has nothing for 21193",
    ),
    "no text of a step": (
        replaced("schemas/gateway/forex/receipt_texts.csv", "\n21190,", "\n21199,"),
        "of the lifecycle forex_report is told by 21190, of which no receipt_texts.csv has words",
    ),
    "no such status": (
        replaced("declarations/forex/lifecycle.toml", '"800"', '"901"'),
        "of the lifecycle forex_report has the status 901, which customs do not have",
    ),
    "no schema": (
        gone("schemas/gateway/ForexReport.xsd"),
        "schemas/gateway/ForexReport.xsd is missing: `python -m tests.own_messages` writes it",
    ),
    "no words for a deadline": (
        replaced("gateways/registration/words.toml", '"deadline.grade"', '"deadline.grades"'),
        r"gateways/registration/words.toml has no 'deadline.grade' in \[deadline\]",
    ),
    "no sentence for a case": (
        replaced("gateways/forex/words.toml", "forex_report = { zh", "forex_reports = { zh"),
        r"gateways/forex/words.toml has no forex_report in \[why_case\]",
    ),
    "a sentence without its short form": (
        replaced("gateways/forex/words.toml", '[why_short]\n"21191"', '[why_short]\n"21190"'),
        r"2119[01] has a sentence for why its case waits, but none in \[why_short\]|2119[01] has .*none in \[why\]",
    ),
    "nobody decides": (
        gone("single_window/cases/exchange/decisions.py"),
        "no DecisionKind .* is about forex_report|exchange.decisions",
    ),
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the packages."""
    folder = tmp_path_factory.mktemp("original")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "html"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def started(tree: Path, data: Path) -> subprocess.CompletedProcess[str]:
    """A window of a tree, opened in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", START, str(data)],
        cwd=data,
        env=environment(tree, data),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    "name", ["misnamed officers", *(pytest.param(name, marks=pytest.mark.long) for name in sorted(DAMAGES))]
)
def test_the_start_names_the_piece_that_is_missing(name: str, original: Path, tmp_path: Path) -> None:
    damage, sentence = DAMAGES[name]
    shutil.copytree(original, tmp_path / "tree", copy_function=os.link)
    damage(tmp_path / "tree")
    (tmp_path / "data").mkdir()
    said = started(tmp_path / "tree", tmp_path / "data")
    last = said.stderr.strip().splitlines()[-1]
    assert said.returncode != 0 and re.search(sentence, last), said.stderr[-2_000:]


def test_an_agency_that_is_whole_starts(original: Path, tmp_path: Path) -> None:
    assert started(original, tmp_path).returncode == 0
