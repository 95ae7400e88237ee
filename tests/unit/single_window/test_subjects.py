"""A subject is added by its folder: nothing else has to name it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from flask import Blueprint, Flask

from single_window import cases
from single_window.cases import case_pages, folders, subjects
from single_window.frame.decision_kinds import DecisionKind
from single_window.frame.pages.decision_forms import CasePage, DecisionPage
from single_window.store.desks import desks

DECISIONS = """
from single_window.frame.decision_kinds import Act, DecisionKind, Subject
from single_window.language.words import Words

OPEN = Words("在办", "open")
RULING = DecisionKind(
    subject="ruling",
    noun=Words("预裁定", "ruling"),
    find=lambda connection, sandbox, number: Subject("ruling", 7, number, "open", OPEN, 1),
    by_id=lambda connection, sandbox, number: Subject("ruling", int(number), number, "open", OPEN, 1),
    acts=lambda connection, sandbox, subject: [Act("issue", Words("签发", "issue"))],
    bulk=("issue",),
)
"""
FOLDER = """
from single_window.cases.folders import Folder

FOLDER = Folder(commands={"ruling": ("commands:ruling", "Rulings.")}, rooms=("rulings",), decided=("ruling",))
"""
CALLS = """
from apiflask import APIBlueprint

blueprint = APIBlueprint("rulings", __name__)


@blueprint.get("/rulings")
def listed():
    return {"rulings": []}
"""
COMMANDS = """
import click


@click.command()
def ruling():
    click.echo("no rulings")
"""
PAGES = """
from single_window.frame.pages.decision_forms import CasePage, DecisionPage

from {name}.rulings.decisions import RULING


def register(blueprint):
    blueprint.add_url_rule("/rulings/<number>", "ruling", lambda number: f"ruling {{number}}")


CASE = CasePage("ruling", lambda case: f"/rulings/{{case.number}}")
PAGE = DecisionPage(
    "ruling", RULING, "/rulings/<number>/decision", lambda subject, refused: "", lambda subject: "/rulings"
)
"""


def write(folder: Path, package: str) -> None:
    """The folder of rulings, in a package of subjects."""
    files = {"__init__": FOLDER, "decisions": DECISIONS, "calls": CALLS, "commands": COMMANDS, "pages": PAGES}
    for file, text in {"../__init__": "", **files}.items():
        (folder / f"{file}.py").write_text(text.format(name=package) if file == "pages" else text)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package of subjects with one folder: rulings."""
    name = f"subjects_{tmp_path.name}".replace("-", "_")
    folder = tmp_path / name / "rulings"
    folder.mkdir(parents=True)
    write(folder, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    return import_module(name)


def test_what_is_decided_about_a_new_subject_is_found_by_its_folder(package: ModuleType) -> None:
    kinds = subjects.decision_kinds(package)
    assert list(kinds) == ["ruling"] and kinds["ruling"].bulk == ("issue",)


def test_the_pages_of_a_new_subject_are_found_by_its_folder(package: ModuleType) -> None:
    blueprint = Blueprint("console", __name__)
    for module in subjects.modules("pages", package):
        module.register(blueprint)
    case_pages.register(blueprint, subjects.values("pages", DecisionPage, package))
    app = Flask(__name__)
    app.register_blueprint(blueprint)
    assert {rule.rule for rule in app.url_map.iter_rules()} >= {"/rulings/<number>", "/rulings/<number>/decision"}
    assert app.test_client().get("/rulings/7").text == "ruling 7"
    assert [page.subject for page in subjects.values("pages", CasePage, package)] == ["ruling"]


def test_two_subjects_of_one_name_are_refused(package: ModuleType) -> None:
    folder = Path(package.__path__[0]) / "others"
    folder.mkdir()
    (folder / "__init__.py").write_text(FOLDER)
    (folder / "decisions.py").write_text(DECISIONS)
    with pytest.raises(ValueError, match="ruling"):
        subjects.decision_kinds(package)


def test_every_subject_of_a_desk_has_a_page() -> None:
    waiting = {subject for desk in desks().values() for subject in desk.subjects}
    assert waiting - {"proposal"} <= set(case_pages.case_pages())
    assert set(subjects.decision_kinds(cases)) == set(subjects.DECISION_KINDS) >= waiting - {"parked"}


def test_every_folder_names_what_its_kinds_are_about() -> None:
    named = {
        name: {str(kind.subject) for kind in subjects.values("decisions", DecisionKind) if kind_stands_in(kind, name)}
        for name in folders.folders()
    }
    assert named == {name: set(folder.decided) for name, folder in folders.folders().items()}


def kind_stands_in(kind: DecisionKind, folder: str) -> bool:
    return kind.find.__module__.startswith(f"{folder}.")


EVERYWHERE = """
import json, sys
from pathlib import Path

from single_window import cases

cases.__path__.append(sys.argv[1])
from click.testing import CliRunner

from single_window.api import create_app
from single_window.cli import main
from single_window.frame.commands import on_data
from single_window.frame.commands.call import Call
from single_window.settings import Settings


def called(*arguments):
    result = CliRunner().invoke(main, [*arguments, "--data", sys.argv[2], "--lang", "en"])
    return [result.exit_code, result.output]


with on_data.window(Call(Settings(data=Path(sys.argv[2])), "main", False, "en")) as window:
    app = create_app(window)
    addresses = ("/api/v1/cases/ruling/R1/decisions", "/rulings/7")
    answers = [app.test_client().get(address).status_code for address in addresses]
    rules = sorted(rule.rule for rule in app.url_map.iter_rules() if "ruling" in rule.rule)
asked = called("act", "R1", "--about", "ruling", "--json")
help, command = (CliRunner().invoke(main, [word]).output for word in ("--help", "ruling"))
print(json.dumps({"answers": answers, "rules": rules, "asked": asked, "help": help, "command": command}))
"""
"""A program with a further folder among the subjects: what a new kind of case comes to, with nothing else changed."""


def test_a_new_kind_of_case_is_its_folder_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "subjects" / "rulings"
    folder.mkdir(parents=True)
    write(folder, "single_window.cases")
    arguments = [sys.executable, "-c", EVERYWHERE, str(folder.parent), str(tmp_path / "data")]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    came = json.loads(done.stdout)
    assert came["rules"] == ["/api/v1/rulings", "/rulings/<number>", "/rulings/<number>/decision"]
    assert came["answers"] == [200, 303], "who sees its page is data: rights.toml; until then one has to sign in"
    assert (came["asked"][0], [act["action"] for act in json.loads(came["asked"][1])["acts"]]) == (0, ["issue"])
    assert re.search(r"^  ruling +Rulings\.$", came["help"], re.MULTILINE) and came["command"] == "no rulings\n"
