"""Places to run test programs in: a window over HTTP, existing or ephemeral in this process, and fresh sandboxes of it.
Re-exports the window's HTTP client.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine

from simulators.entry import settings_for
from simulators.entry.application import WindowApplication
from single_window.accounts.folder_secrets import OPERATOR_SECRET, folder_secret, owner_headers
from single_window.accounts.people import WITHOUT_ACCOUNT
from single_window.accounts.rights_book import book
from single_window.api.server.listener import bind
from single_window.cases.digests import queries as digests
from single_window.intake.trades import sample
from single_window.keys import secret
from single_window.observe import logs
from single_window.outcomes import profiles, scenarios
from single_window.process.ephemeral import temporary
from single_window.process.serving import Server
from single_window.refused import Refused
from single_window.store.engine import snapshot
from single_window.store.sandbox_options import check_options
from single_window.wiring import open_window
from single_window_client import (
    Audited,
    CallRefused,
    Clock,
    NotReachable,
    ReceivedReceipt,
    SandboxClient,
    WindowClient,
)
from single_window_client.calls import Caller, credentials
from single_window_client.trades import SampleTrade, change_elements

__all__ = [
    "Audited",
    "CallRefused",
    "Clock",
    "NotReachable",
    "ReceivedReceipt",
    "SampleTrade",
    "SandboxClient",
    "WindowClient",
    "change_elements",
    "credentials",
    "ephemeral_window",
    "fault_profile_names",
    "fresh_sandbox",
    "option_problem",
    "outcome_names",
    "role_names",
    "sample",
]

_NOT_IN_NAMES = re.compile("[^A-Za-z0-9]+")
"""Characters not used in generated names of sandboxes."""
MAX_PREFIX_LENGTH = 30
"""Maximum length of a sandbox's name before its unique suffix."""


class EphemeralWindow(NamedTuple):
    """A temporary window of this process: its address, database, application, and data folder."""

    url: str
    engine: Engine
    application: WindowApplication
    data: Path

    def acting_as(self, account: str = "") -> WindowClient:
        """Return the window as the owner of its data folder calls it, for himself or for an account."""
        return WindowClient.of(Caller(self.url, headers=owner_headers(self.data, account)))

    def digests(self, sandbox: str) -> Mapping[str, Any]:
        """Both digests of a sandbox, as `single-window digest --json` gives them."""
        with snapshot(self.engine) as connection:
            return digests.digests_of(connection, sandbox).plainly()


def fault_profile_names() -> tuple[str, ...]:
    """The names of fault profiles."""
    return tuple(profiles.profiles())


def role_names() -> tuple[str, ...]:
    """The roles that a person with an account may have."""
    return tuple(name for name in book().roles if name not in WITHOUT_ACCOUNT)


def outcome_names() -> tuple[str, ...]:
    """The names of ready-made outcomes."""
    return tuple(scenarios.scenarios())


def option_problem(options: Mapping[str, Any]) -> str:
    """The problem of a sandbox's options in words; empty if they are valid."""
    try:
        check_options(options)
    except Refused as refused:
        return str(refused)
    return ""


@contextmanager
def ephemeral_window(folders: bool = False, **settings_: Any) -> Iterator[EphemeralWindow]:
    """A window in this process with temporary data, ignoring the environment; `folders`: with the folder channel;
    `settings_`: those that are not as usual."""
    logs.configure(sys.stderr, "text", "error")
    with temporary(settings_for(None, database="", broker="", **settings_)) as settings:
        window = open_window(settings)
        folder_secret(settings.data, OPERATOR_SECRET)
        try:
            with Server(window, bind("127.0.0.1", 0), folders=folders) as server:
                application = WindowApplication(window, server.runtime)
                yield EphemeralWindow(server.url, window.engine, application, settings.data)
        finally:
            window.close()


@contextmanager
def fresh_sandbox(
    client: WindowClient, name: str, seed: str, clock: str, *, under: str = "", keep: bool = False
) -> Iterator[SandboxClient]:
    """Create a sandbox with a frozen clock; delete it afterwards, unless it must be kept.

    `under`: the sandbox of the caller's key, whose name must be the prefix of new sandboxes' names.
    """
    own_name = _NOT_IN_NAMES.sub("-", name).strip("-")[: max(0, MAX_PREFIX_LENGTH - len(under))].strip("-")
    full_name = "-".join(filter(None, (under, own_name, secret()[:8])))
    sandbox = client.make_sandbox(full_name, "ci", seed, {"mode": "frozen", "at": clock})
    try:
        yield sandbox
    finally:
        if not keep:
            with suppress(CallRefused, NotReachable):  # an error of the clean-up must not hide the scenario's result
                sandbox.delete()
