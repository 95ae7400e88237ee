"""Reads all pages of a call that lists in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from single_window.client import SandboxClient


def pages(sandbox: SandboxClient, path: str, query: Mapping[str, Any], by: str = "after") -> Iterator[dict[str, Any]]:
    """Yield the answers of a call, page by page: `next` of one is what the field `by` of the next query has."""
    following = query.get(by)
    while True:
        page: dict[str, Any] = sandbox.call("GET", path, query={**query, by: following})
        yield page
        following = page["next"]
        if following is None:
            return
