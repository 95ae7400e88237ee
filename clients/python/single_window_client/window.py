"""A window at an address, and its sandboxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from single_window_client.calls import Caller, CallRefused
from single_window_client.sandbox import SandboxClient

OTHER_NAME = "sandbox-name-of-key"
"""The code by which a window refuses a key a sandbox whose name does not begin as it `expected`."""


class WindowClient:
    """A window, with a program's key or `name:password` of an account. Threads may share it."""

    def __init__(self, url: str, key: str = "") -> None:
        self.caller = Caller(url, key)
        self.url = self.caller.url

    @classmethod
    def of(cls, caller: Caller) -> WindowClient:
        """Return the window of a caller, with the caller's connections."""
        made = cls.__new__(cls)
        made.caller, made.url = caller, caller.url
        return made

    def sandbox(self, name: str = "main", seed: str = "") -> SandboxClient:
        """Return an existing sandbox."""
        return SandboxClient(self.caller, name, seed)

    def make_sandbox(
        self,
        name: str,
        preset: str = "ci",
        seed: str = "",
        clock: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> SandboxClient:
        """Make a sandbox; by default nothing happens in it automatically and its clock is frozen. With a key, its name
        gets the beginning that those of the key must have."""
        wanted = {"preset": preset, "seed": seed, "options": dict(options or {})}
        wanted |= {"clock": dict(clock)} if clock else {}
        try:
            self.caller.call("POST", "/sandboxes", json={"name": name, **wanted})
        except CallRefused as refused:
            begins = next((one.expected for one in refused.findings if one.code == OTHER_NAME), "")
            if not begins:
                raise
            name = begins + name
            self.caller.call("POST", "/sandboxes", json={"name": name, **wanted})
        return SandboxClient(self.caller, name, seed)

    def sandboxes(self) -> list[str]:
        """Return the names of the sandboxes."""
        return [sandbox["name"] for sandbox in self.described()]

    def described(self) -> list[dict[str, Any]]:
        """Return the sandboxes, each with its clock and options."""
        listed: list[dict[str, Any]] = []
        while True:
            page = self.caller.call("GET", "/sandboxes", query={"after": listed[-1]["name"] if listed else ""})
            listed += page["sandboxes"]
            if not page["next"]:
                return listed

    def close(self) -> None:
        """Close the connections."""
        self.caller.close()

    def __enter__(self) -> WindowClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
