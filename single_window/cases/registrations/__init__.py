"""Registrations: companies, their applications as messages, and officers' decisions."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "registration": (
            "commands:registration",
            "Companies: applications, approval, suspension, credit grades, filed goods.",
        )
    },
    rooms=("registrations",),
    tags={"registrations": "企业登记"},
    decided=("registration",),
)
