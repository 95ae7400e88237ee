"""A subject is added by its folder: nothing else has to name it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from flask import Blueprint, Flask

from single_window import cases
from single_window.cases import case_pages, subjects
from single_window.frame.pages.decisions import CasePage, DecisionPage
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
PAGES = """
from single_window.frame.pages.decisions import CasePage, DecisionPage

from {name}.rulings.decisions import RULING


def register(blueprint):
    blueprint.add_url_rule("/rulings/<number>", "ruling", lambda number: f"ruling {{number}}")


CASE = CasePage("ruling", lambda case: f"/rulings/{{case.number}}")
PAGE = DecisionPage(
    "ruling", RULING, "/rulings/<number>/decision", lambda subject, refused: "", lambda subject: "/rulings"
)
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package of subjects with one folder: rulings."""
    name = f"subjects_{tmp_path.name}".replace("-", "_")
    folder = tmp_path / name / "rulings"
    folder.mkdir(parents=True)
    for file, text in {"../__init__": "", "__init__": "", "decisions": DECISIONS, "pages": PAGES}.items():
        (folder / f"{file}.py").write_text(text.format(name=name) if file == "pages" else text)
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
    (folder / "__init__.py").write_text("")
    (folder / "decisions.py").write_text(DECISIONS)
    with pytest.raises(ValueError, match="ruling"):
        subjects.decision_kinds(package)


def test_every_subject_of_a_desk_has_a_page() -> None:
    waiting = {subject for desk in desks().values() for subject in desk.subjects}
    assert waiting - {"proposal"} <= set(case_pages.case_pages())
    assert set(subjects.decision_kinds(cases)) == set(subjects.KINDS) >= waiting - {"parked"}
