"""Registrations: how companies stand, applications as messages, what officers request of the registrar."""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(
    commands={
        "registration": (
            "commands:registration",
            "Companies: applications, approval, suspension, credit grades, filed goods.",
        ),
    },
    rooms=("registrations",),
    decided=("registration",),
)
