"""Questions of officers to declarants: listed, shown and answered by those whose they are."""

from __future__ import annotations

from types import MappingProxyType

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "question": ("commands:question", "Questions of officers to the declarants of cases, and their answers."),
    },
    rooms=("requests",),
    tags=MappingProxyType({"questions": "补充材料"}),
)
