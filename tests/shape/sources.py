"""The program's own modules as syntax trees: what they import, what their names stand for. For the tests of shape."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "declarations", "gateways", "single_window", "simulators")
"""The packages of the window's own distribution."""
CLIENT = "single_window_client"
FOLDERS = {CLIENT: ROOT / "clients" / "python"}
"""Package of another distribution → the folder that holds it."""


@dataclass(frozen=True)
class Module:
    """One module: its dotted name and its text. `package` says that it is an `__init__`."""

    name: str
    text: str
    package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def imports(self) -> tuple[tuple[int, str], ...]:
        """Line and dotted name of everything that is imported, wherever it stands, by whatever form."""
        return tuple(_imports(self))

    @cached_property
    def bindings(self) -> dict[str, str]:
        """What local names stand for: imports, and plain assignments of something dotted."""
        return _bindings(self)

    def dotted(self, node: ast.AST | None) -> str:
        """The dotted name that an expression stands for; empty when it cannot be determined."""
        if isinstance(node, ast.Name):
            return self.bindings.get(node.id, "")
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return ""

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        return (node for node in self.nodes if isinstance(node, ast.Call))


def modules(*packages: str) -> tuple[Module, ...]:
    """All modules of these packages (none named: of all, and the client), without generated revisions of the tables."""
    return tuple(module for package in packages or (*PACKAGES, CLIENT) for module in _modules(package))


@cache
def _modules(package: str) -> tuple[Module, ...]:
    results = []
    home = FOLDERS.get(package, ROOT)
    for path in sorted((home / package).rglob("*.py")):
        parts = path.relative_to(home).with_suffix("").parts
        if "versions" in parts:
            continue
        init = parts[-1] == "__init__"
        results.append(Module(".".join(parts[:-1] if init else parts), path.read_text("utf-8"), init))
    return tuple(results)


def forget() -> None:
    """Let go of all modules, whose syntax trees take 200 MB once they have been asked for."""
    _modules.cache_clear()


def within(dotted: str, *packages: str) -> bool:
    """Whether a dotted name is one of these packages or lies in one."""
    return any(dotted == package or dotted.startswith(f"{package}.") for package in packages)


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"} and node.args:
            wanted = node.args[0]
            yield node.lineno, wanted.value if isinstance(wanted, ast.Constant) else "<computed>"


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + module.package]
    return ".".join([*kept, node.module] if node.module else kept)


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _bindings(module: Module) -> dict[str, str]:
    results: dict[str, str] = {}
    for node in module.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                results[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                results[alias.asname or alias.name] = f"{_origin(module, node)}.{alias.name}"
    for node in module.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            stands_for = _dotted(node.value, results)
            for target in node.targets:
                if stands_for and isinstance(target, ast.Name):
                    results.setdefault(target.id, stands_for)
    return results


def _dotted(node: ast.AST, bindings: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return bindings.get(node.id, "")
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value, bindings)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
