"""The digest of a sandbox, fetched from a window."""

from __future__ import annotations

from single_window_client import SandboxClient


def digest_lines(sandbox: SandboxClient, sequence: bool = False) -> list[bytes]:
    """Fetch the lines of a sandbox's digest file."""
    answer = sandbox.caller.fetch("/digest/lines", {"sequence": str(sequence).lower()}, {"X-Sandbox": sandbox.name})
    return answer.splitlines(keepends=True)
