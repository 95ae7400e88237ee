"""Every variable that a page's template reads is given by the code that renders it, or to all pages alike."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from single_window.frame.pages import speech
from single_window.language import phrases
from tests.pages import ROOT

PACKAGE = ROOT / "single_window"
READER = Environment(autoescape=True)
OF_FLASK = frozenset({"request", "session", "g", "config", "url_for"})
SHARED = ("page_words", "change_words")
"""Functions whose dictionary all pages are given."""

WITHOUT_LIST = ("single_window/cases/declarations/pages.py", "console/story.html")
"""The story of an order whose list is not there: its template shows nothing that belongs to a list."""


class Rendering(NamedTuple):
    """A call that renders a template: where it is, its keywords, and whether it passes more by `**`."""

    place: str
    template: str
    given: frozenset[str]
    more: bool


def calls_and_functions() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the modules that render templates or give names to all, with the module's path."""
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        if "render_template(" in text or any(f"def {name}(" in text for name in SHARED):
            yield from ((str(path.relative_to(ROOT)), node) for node in ast.walk(ast.parse(text)))


def renderings() -> Iterator[Rendering]:
    for place, call in calls_and_functions():
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("render_template"):
            keywords = [keyword.arg for keyword in call.keywords]
            named = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            for name in named:
                yield Rendering(place, str(name), frozenset(filter(None, keywords)), None in keywords)


def shared() -> frozenset[str]:
    """The names in the dictionaries that functions called `page_words` return."""
    return frozenset(
        key.value
        for _, function in calls_and_functions()
        if isinstance(function, ast.FunctionDef) and function.name in SHARED
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    )


def read_by(template: str) -> frozenset[str]:
    """The variables that a template reads, but for its own and those that it tests for being defined."""
    (path,) = PACKAGE.rglob(f"templates/{template}")
    parsed = READER.parse(path.read_text("utf-8"))
    asked = {test.node.name for test in parsed.find_all(nodes.Test) if isinstance(test.node, nodes.Name)}
    return frozenset(find_undeclared_variables(parsed)) - asked - made_in(parsed)


def made_in(parsed: nodes.Template) -> set[str]:
    """The imports, macros and variables of a template, which its blocks may read, too."""
    imported = {statement.target for statement in parsed.find_all(nodes.Import)}
    named = [name for statement in parsed.find_all(nodes.FromImport) for name in statement.names]
    variables = {made.name for made in parsed.find_all(nodes.Name) if made.ctx == "store"}
    macros = {macro.name for macro in parsed.find_all(nodes.Macro)}
    return imported | {name if isinstance(name, str) else name[1] for name in named} | variables | macros


def test_every_variable_of_a_template_is_given() -> None:
    known = shared() | speech.FUNCTIONS.keys() | OF_FLASK
    missing = {
        (rendering.place, rendering.template): sorted(read_by(rendering.template) - rendering.given - known)
        for rendering in renderings()
        if not rendering.more and (rendering.place, rendering.template) != WITHOUT_LIST
    }
    assert len(missing) > 15
    assert {where: names for where, names in missing.items() if names} == {}


MOST_CHARACTERS = 160


def test_no_page_but_the_front_page_tells_a_command() -> None:
    told = [path.name for path in PACKAGE.rglob("templates/**/*.html") if "single-window " in path.read_text("utf-8")]
    assert told == ["front.html"]


def test_templates_read_like_pages() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(PACKAGE.rglob("templates/**/*.html"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MOST_CHARACTERS
    ]
    assert long == []


def test_every_label_of_a_template_has_words() -> None:
    """One that has none is shown by its name, in both languages."""
    known = phrases.book()["label"]
    missing = {
        (path.name, name)
        for path in PACKAGE.rglob("templates/**/*.html")
        for name in re.findall(r"\blabel\('([a-z_0-9]+)'\)", path.read_text("utf-8"))
        if name not in known
    }
    assert missing == set()


def test_what_a_field_takes_stands_with_what_is_said_where_something_else_was_typed() -> None:
    pages = {path.name for path in PACKAGE.rglob("*.html") if "pattern=" in path.read_text("utf-8")}
    assert pages == {"filling.html"}, "write {{ filling.form(…) }}: a browser speaks its own language"
