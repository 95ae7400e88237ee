"""Compiled routes are kept for all applications of a process, as a window keeps them for all of its life.

Each window that a test opens has an application of its own, and werkzeug compiles for each route anew how its address
is built: most of what it takes to make an application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_kept: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
_compile = Rule._compile_builder


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """Called by werkzeug for each route; the function, which is given its rule on every call, depends on this alone."""
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    if key not in _kept:
        _kept[key] = _compile(rule, append_unknown)
    return _kept[key]


Rule._compile_builder = _compiled_once  # type: ignore[method-assign]
