"""What is said to whom, read from the source: topics that are sent, deadlines that are set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import NamedTuple

from gateways.agencies import GATEWAYS, ROUTES
from gateways.agencies import TOPICS as ROWS
from gateways.topics import facts
from gateways.topics.route import Route
from gateways.topics.topic import is_fact
from single_window.messaging import topology
from tests.shape.sources import Module

QUEUES = {
    topology.RECEPTION: [
        route.topic
        for route in (
            topology.MESSAGE_RECEIVED,
            topology.STAGED,
            topology.HELD_RECEIPT,
            topology.QUESTION_DUE,
            topology.PROPOSAL_SETTLED,
        )
    ],
    **{gateway.name: list(gateway.topics) for gateway in GATEWAYS},
}
TOPICS = frozenset(topic for topics in QUEUES.values() for topic in topics)
PASSED_ON = {"gateways.topics.topic"}
"""It passes on what others said."""
DECLARED = "[iea][mxg][pe][on][rc][ty]*.*"
"""What `catalogue.topic` gives: import.*, export.* or agency.*, by the kind of document."""


DESK = {"send": 1, "deadline": 2}
"""Methods of a desk that send a payload, and where they name its topic if several carry it."""
OFFERS = {"send", "schedule", "publish"}
"""Methods of a desk that take a payload."""
CARRIED: dict[str, list[Route]] = {}
for _name, _row in ROWS.items():
    CARRIED.setdefault(_row.payload.__name__, []).append(ROUTES.by_topic[_name])
"""The name of a payload's type → the topics that carry it: who makes a payload that one topic carries sends it."""
FACTS = {name for name, value in vars(facts).items() if isinstance(value, type) and is_fact(value)}
"""The names of the facts: who makes one publishes it to all topics that carry it, which may be none."""


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
    elif name in FACTS:
        yield from (Sent(module.name, call.lineno, route.topic, route.queue) for route in CARRIED.get(name, ()))
    elif name in CARRIED and len(CARRIED[name]) == 1:
        (route,) = CARRIED[name]
        yield Sent(module.name, call.lineno, route.topic, route.queue)
    elif name == "Route":
        queue, topic = map(_pattern, call.args)
        yield Sent(module.name, call.lineno, topic, queue.replace("?", ""))


def misdirected(module: Module) -> Iterator[str]:
    """Every fact that a module makes and sends to one gateway, and everything else that it publishes."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OFFERS:
            for payload in node.args:
                name = getattr(payload.func, "id", "") if isinstance(payload, ast.Call) else ""
                if name in CARRIED.keys() | FACTS and (name in FACTS) != (node.func.attr == "publish"):
                    yield f"{module.name}:{node.lineno}: {node.func.attr}({name}(…))"


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
