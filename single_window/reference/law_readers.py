"""Finds the modules that read a dated parameter, by searching the source for its name, literal or as an f-string.

A placeholder (`f"vat.{kind}"`) matches one word, so `vat.{kind}` counts as reading every `vat.…`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from declarations import parameters

PACKAGES = ("declarations", "gateways", "single_window")
SHAPES = "declarations.parameters.tables"
"""A module that names parameters without reading them."""


@cache
def readers_of_parameters() -> Mapping[str, tuple[str, ...]]:
    """Parameter → modules that read it; empty if none does."""
    by_name = {name: set(modules) for name, modules in readers_by_name().items()}
    for module, mention in _mentions():
        if isinstance(mention, re.Pattern):
            for name in filter(mention.fullmatch, by_name):
                by_name[name].add(module)
    return {name: tuple(sorted(modules)) for name, modules in by_name.items()}


@cache
def readers_by_name() -> Mapping[str, frozenset[str]]:
    """Parameter → modules that read it by its literal name; empty if none does."""
    by_name: dict[str, set[str]] = {parameter.name: set() for parameter in parameters.describe()}
    for module, mention in _mentions():
        if isinstance(mention, str):
            by_name.get(mention, set()).add(module)
    return {name: frozenset(modules) for name, modules in by_name.items()}


def _mentions() -> Iterator[tuple[str, str | re.Pattern[str]]]:
    """(module, literal or pattern) for each text that may name a parameter."""
    for package in PACKAGES:
        root = Path(str(files(package)))
        for path in sorted(root.rglob("*.py")):
            module = ".".join((package, *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
            text = path.read_text("utf-8")
            if module.startswith(SHAPES) or not _group_prefix().search(text):
                continue
            tree = ast.parse(text)
            parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):
                    yield from ((module, pattern) for pattern in _pattern(node))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                    yield module, node.value


@cache
def _group_prefix() -> re.Pattern[str]:
    """Matches a text that begins with a parameter's group; modules without one need not be parsed."""
    groups = {group + dot for group, dot, _ in (parameter.name.partition(".") for parameter in parameters.describe())}
    return re.compile(rf"[\"'](?:{'|'.join(map(re.escape, sorted(groups)))})")


def _pattern(text: ast.JoinedStr) -> Iterator[re.Pattern[str]]:
    """The pattern of an f-string, if it begins with a group of parameters."""
    first = text.values[0] if text.values else None
    if isinstance(first, ast.Constant) and re.match(r"[a-z_]+\.", str(first.value)):
        yield re.compile(
            "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in text.values)
        )
