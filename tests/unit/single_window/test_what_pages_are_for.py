"""Every page says in one sentence what it is for; the page of a case says why it waits instead."""

from __future__ import annotations

from flask import Flask

from single_window.console.pages import blueprint
from single_window.language import phrases
from tests.pages import ROOT

NO_PAGES = frozenset(
    {
        *(
            "anchors",
            "review_changes",
            "review_questions",
            "supervision_plot",
            "statistics",
            "static",
            "log_csv",
            "case_file",
            "concealed",
        ),
        *("trace", "digital_link", "trace_qr", "gs1resolver"),
        *("open_data_catalogue", "open_data_dcat", "open_data_version", "open_data_file"),
    }
)
"""What is no page: pictures, files, figures, what shows the page of something else, what everybody reads."""


def test_every_page_that_is_not_of_a_case_has_its_sentence_and_nothing_else_has() -> None:
    app = Flask("pages")
    app.register_blueprint(blueprint)
    pages = {
        rule.endpoint.partition(".")[2]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "GET" in (rule.methods or ())
    }
    templates = ROOT / "single_window" / "console" / "templates" / "console"
    renamed = {"declaration": "story", "note": "note"}
    of_cases = {
        page
        for page in pages
        if (file := templates / f"{renamed.get(page, page)}.html").exists()
        and '{% extends "console/case.html" %}' in file.read_text("utf-8")
    }
    assert len(of_cases) > 5
    assert set(phrases.book()["page_is"]) == pages - NO_PAGES - of_cases
