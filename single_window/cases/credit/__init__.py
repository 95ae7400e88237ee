"""Credit: a company's profile and events, cases about its grade, what companies answer, and the public list."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={"credit": ("commands:credit", "Credit: cases about grades, companies' profiles and events.")},
    rooms=("credit", "public"),
    tags={"credit": "信用"},
    decided=("credit_case",),
)
