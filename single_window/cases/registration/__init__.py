"""Registrations: how companies stand, applications as messages, what officers ask of the registrar."""

from single_window.cases.registration.acting import NoSuchCompany, NotPossible, act, noted
from single_window.cases.registration.applying import FIELDS, message
from single_window.cases.registration.looking import (
    Company,
    enterprise_of,
    found,
    goods,
    grades,
    history,
    listed,
)

__all__ = [
    "FIELDS",
    "Company",
    "NoSuchCompany",
    "NotPossible",
    "act",
    "enterprise_of",
    "found",
    "goods",
    "grades",
    "history",
    "listed",
    "message",
    "noted",
]
