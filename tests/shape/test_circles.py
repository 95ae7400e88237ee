"""No file imports itself by way of others, wherever the import stands: in a function or for types only."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from tests.shape.sources import Module, modules
from tests.tables import each


def circle(*sources: Module) -> Sequence[str]:
    """Return the names of modules that import each other in turn, the first one again at the end; empty: none do."""
    names = {source.name for source in sources}
    graph = {
        source.name: {target for _, name in source.imports if (target := _module(name, names))} for source in sources
    }
    try:
        TopologicalSorter({name: targets - {name} for name, targets in graph.items()}).prepare()
    except CycleError as error:
        found: Sequence[str] = error.args[1]
        return found
    return ()


def _module(name: str, names: set[str]) -> str:
    """The module that an imported name stands for or is defined in; empty for one of another package."""
    return name if name in names else parent if (parent := name.rpartition(".")[0]) in names else ""


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert circle(*modules()) == ()


@each(
    "text",
    [
        "from schemas.second import value",
        "import schemas.second",
        "def work():\n    from schemas import second",
        "if TYPE_CHECKING:\n    from schemas.second import Value",
    ],
)
def test_a_circle_is_found_however_it_is_closed(text: str) -> None:
    first, second = Module("schemas.first", text), Module("schemas.second", "from schemas.third import value")
    assert circle(first, second, Module("schemas.third", "")) == ()
    assert len(circle(first, second, Module("schemas.third", "from schemas.first import value"))) == 4
