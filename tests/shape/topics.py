"""What is said to whom, read from the source: topics that are sent, deadlines that are set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import NamedTuple

from gateways.agencies import GATEWAYS, ROUTES
from gateways.agencies import TOPICS as ROWS
from gateways.topics.topic import Route
from single_window.messaging import topology
from tests.shape.sources import Module

QUEUES = {
    topology.RECEPTION: [topology.MESSAGE_RECEIVED.topic, topology.STAGED.topic, topology.HELD_RECEIPT.topic],
    **{gateway.name: list(gateway.topics) for gateway in GATEWAYS},
}
TOPICS = frozenset(topic for topics in QUEUES.values() for topic in topics)
PASSED_ON = {"gateways.desk", "gateways.topics.topic"}
"""They pass on what others said."""
DECLARED = "[iea][mxg][pe][on][rc][ty]*.*"
"""What `catalogue.topic` gives: import.*, export.* or agency.*, by the kind of document."""


DESK = {"send": 1, "deadline": 2}
"""Methods of a desk that send a payload, and where they name its topic if several carry it."""
CARRIED: dict[str, list[Route]] = {}
for _name, _row in ROWS.items():
    CARRIED.setdefault(_row.payload.__name__, []).append(ROUTES.by_topic[_name])
"""The name of a payload's type → the topics that carry it: who makes a payload that one topic carries sends it."""


class Sent(NamedTuple):
    """One place that says something. `topic` may hold `*` for what is only known at run time."""

    module: str
    line: int
    topic: str
    queue: str = ""

    @property
    def topics(self) -> list[str]:
        """The topics of the topology that this may be."""
        hearing = QUEUES.get(self.queue, ()) if self.queue else TOPICS
        return [topic for topic in hearing if fnmatchcase(topic, self.topic)]


def sent(module: Module) -> Iterator[Sent]:
    """Every topic that a module sends, sets a deadline for, or files a delivery of."""
    if module.name in PASSED_ON:
        return
    for node in module.nodes:
        if isinstance(node, ast.Call):
            yield from _called(module, node)
        elif isinstance(node, ast.Tuple):
            yield from _filed(module, node)


def _called(module: Module, call: ast.Call) -> Iterator[Sent]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    owner = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if owner.endswith("desk") and (place := DESK.get(name)):
        named = [*call.args[place:], *(keyword.value for keyword in call.keywords if keyword.arg == "topic")]
        yield from (Sent(module.name, call.lineno, _pattern(topic)) for topic in named)
    elif name in CARRIED and len(CARRIED[name]) == 1:
        (route,) = CARRIED[name]
        yield Sent(module.name, call.lineno, route.topic, route.queue)
    elif name == "Route":
        queue, topic = map(_pattern, call.args)
        yield Sent(module.name, call.lineno, topic, queue.replace("?", ""))


def _filed(module: Module, row: ast.Tuple) -> Iterator[Sent]:
    """A delivery row: queue and topic side by side."""
    texts = [element.value if isinstance(element, ast.Constant) else None for element in row.elts]
    for queue, topic in pairwise(texts):
        if queue in QUEUES and isinstance(topic, str) and "." in topic:
            yield Sent(module.name, row.lineno, topic, str(queue))


def _pattern(node: ast.AST) -> str:
    """A text as far as the source shows it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "catalogue.topic":
        return DECLARED
    return "?"
