"""How a module must look: its name, its length, its docstrings, what its text must not mention."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.shape.sources import Module, modules

BANNED = re.compile(r"^(utils?|helpers?|common|base|managers?|services?|misc|models)$")
LONGEST = 250
"""Statements a module may have: unlike lines, they do not depend on how a formatter spreads one."""
_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
_STRANGE = {
    "a path of one machine": re.compile(r"(?<![\w.}/])/(work|root|home/\w+|Users/\w+)/"),
    "a folder beside the repository": re.compile(r"\.\./shared\b"),
    "something that is not in the repository": re.compile(r"\b(house|anchors)\.md\b"),
    "who wrote it": re.compile(
        r"\b(chatgpt|claude|copilot|language model|sub-?agents?|this session|the lead)\b", re.IGNORECASE
    ),
}


def names(module: Module) -> Iterator[str]:
    """Names that say nothing."""
    yield from (f"{module.name} is called {part}" for part in module.name.split(".") if BANNED.match(part))


def lengths(module: Module) -> Iterator[str]:
    """Modules that want to be two rooms."""
    if (statements := sum(isinstance(node, ast.stmt) for node in ast.walk(module.tree))) > LONGEST:
        yield f"{module.name} has {statements} statements"


def docstrings(module: Module) -> Iterator[str]:
    """Modules without a word on what they are for; public functions, classes and methods without a docstring."""
    if not ast.get_docstring(module.tree):
        yield f"{module.name} has no docstring"
    yield from _silent(module, module.tree, "")


def _silent(module: Module, where: ast.Module | ast.ClassDef, prefix: str) -> Iterator[str]:
    for node in where.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _inherits_its_words(where, node):
            yield f"{module.name}:{node.lineno} {prefix}{node.name} has no docstring"
        if isinstance(node, ast.ClassDef):
            yield from _silent(module, node, f"{node.name}.")


def _inherits_its_words(where: ast.Module | ast.ClassDef, node: ast.AST) -> bool:
    """A method may leave its words to the class that its own extends, or to the protocol that it follows."""
    return (
        isinstance(where, ast.ClassDef)
        and isinstance(node, ast.FunctionDef)
        and (bool(where.bases) or node.name in documented_methods())
    )


def stray_texts(module: Module) -> Iterator[str]:
    """Texts that stand as statements and describe nothing: neither what they begin nor the attribute above them."""
    for node in module.nodes:
        if isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.ExceptHandler):
            for block in (node.body, getattr(node, "orelse", []), getattr(node, "finalbody", [])):
                yield from (f"{module.name}:{text.lineno} {text.value.value!r}" for text in _undescriptive(block))


def _undescriptive(block: list[ast.stmt]) -> Iterator[ast.Expr]:
    for before, statement in zip([None, *block], block, strict=False):
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if is_text and isinstance(statement.value.value, str) and not isinstance(before, ast.Assign | ast.AnnAssign):
            yield statement


@cache
def documented_methods() -> frozenset[str]:
    """Methods that some protocol has words for."""
    return frozenset(
        method.name
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and ast.get_docstring(method)
    )


def late_names(module: Module) -> Iterator[str]:
    """Names that are given a value within a chained comparison, which ends before it where an earlier part is false."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            named = (part for later in node.comparators[1:] for part in ast.walk(later))
            if any(isinstance(part, ast.NamedExpr) for part in named):
                yield f"{module.name}:{node.lineno} names a value where a comparison may never come"


def unfinished(name: str, text: str) -> Iterator[str]:
    """Work that was left for later."""
    yield from (
        f"{name}:{number} {match.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _UNFINISHED.search(line))
    )


def strange(name: str, text: str) -> Iterator[str]:
    """What nobody but its writer can follow."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from (
            f"{name}:{number} mentions {kind}: {match.group()}"
            for kind, pattern in _STRANGE.items()
            if (match := pattern.search(line))
        )


def texts(root: Path, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Name and text of the files that are text."""
    for path in paths:
        try:
            yield path, (root / path).read_text("utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
