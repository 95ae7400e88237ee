"""Tells whether the desks of a call's sandbox are open, for the header of its answer."""

from __future__ import annotations

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from single_window.frame.http.ports import ports
from single_window.store.failures import DatabaseDamaged
from single_window.store.sandboxes import ABSENT, Sandbox


def note(sandbox: Sandbox) -> None:
    """Keep what this call has read of its sandbox and does not change, so that the sandbox is not read again."""
    g.noted_sandbox = sandbox


def are_open(name: str) -> bool:
    """True if a sandbox has the option `open_desks`; False if it cannot be read."""
    noted: Sandbox | None = g.get("noted_sandbox")
    if noted is not None and noted.name == name:
        return noted.options.open_desks
    try:
        return ports().window.sandbox(name).options.open_desks
    except (*ABSENT, SQLAlchemyError, DatabaseDamaged):
        return False
