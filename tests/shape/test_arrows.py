"""The arrows between the five packages hold; and the guard that says so barks at every source that offends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateways.agencies import GATEWAYS
from tests.shape import arrows
from tests.shape.sources import CLIENT, PACKAGES, ROOT, Module, modules
from tests.tables import each

CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    arrows.strays,
    arrows.upwards,
    arrows.subjects,
    arrows.foreign,
    arrows.neighbours,
    arrows.clocks,
    arrows.dice,
    arrows.handlers,
)


def complaints(check: Callable[[Module], Iterator[str]], *sources: Module) -> list[str]:
    return [complaint for module in sources for complaint in check(module)]


@each("check", CHECKS, ids=lambda check: check.__name__)
def test_no_module_offends(check: Callable[[Module], Iterator[str]]) -> None:
    assert complaints(check, *modules()) == []


@each(
    ("check", "name", "offence"),
    [
        (arrows.strays, "single_window_client.running", "from single_window.process import serving"),
        (arrows.strays, "single_window_client.trades", "from schemas import catalogue"),
        (arrows.strays, "schemas.reading", "from single_window_client.calls import Caller"),
        (arrows.foreign, "single_window_client.calls", "import httpx"),
        (arrows.strays, "simulators.world", "from single_window_client import WindowClient"),
        (arrows.strays, "schemas.reading", "import declarations.money"),
        (arrows.strays, "schemas.reading", "from declarations import money"),
        (arrows.strays, "declarations.limits", "import single_window.clock"),
        (arrows.strays, "declarations.limits", "from schemas.reading import read"),
        (arrows.strays, "declarations.limits", "from gateways.records import Answers"),
        (arrows.strays, "gateways.tax.billing", "from single_window.store import tables"),
        (arrows.strays, "gateways.tax.billing", "from ...single_window import wiring"),
        (arrows.strays, "gateways.tax.billing", "def work():\n    from single_window.clock import system_now"),
        (arrows.strays, "gateways.tax.billing", "if TYPE_CHECKING:\n    import single_window.wiring"),
        (
            arrows.strays,
            "gateways.tax.billing",
            "try:\n    import single_window as window\nexcept ImportError:\n    pass",
        ),
        (arrows.strays, "gateways.tax.billing", "import_module('single_window.wiring')"),
        (arrows.strays, "single_window.cli", "from simulators.demo import demo"),
        (arrows.strays, "single_window.cli", "importlib.import_module('simulators.demo')"),
        (arrows.strays, "single_window.work.worker", "name = 'simulators'\n__import__(name)"),
        (arrows.strays, "single_window.cli", "COMMANDS = {'demo': 'simulators.demo:demo'}"),
        (arrows.strays, "simulators.world", "from declarations.goods import Goods"),
        (arrows.strays, "simulators.bench", "from tools.bench import planning"),
        (arrows.strays, "simulators.world", "from single_window.wiring import open_window"),
        (arrows.strays, "simulators.entry", "from gateways.records import Options"),
        (arrows.upwards, "single_window.store.parking", "from single_window.work import dispatch"),
        (arrows.upwards, "single_window.work.filing", "from single_window.wiring import Window"),
        (arrows.upwards, "single_window.work.filing", "if TYPE_CHECKING:\n    import single_window.wiring"),
        (arrows.upwards, "single_window.api.app", "def work():\n    from single_window.console import pages"),
        (arrows.upwards, "single_window.new_room.work", "import os"),
        (arrows.subjects, "single_window.cases.batches.calls", "from single_window.cases.refunds import queries"),
        (arrows.subjects, "single_window.cases.exchange.pages", "from single_window.cases import refunds"),
        (arrows.foreign, "declarations.limits", "from sqlalchemy import select"),
        (arrows.foreign, "gateways.tax.billing", "import kombu"),
        (arrows.foreign, "gateways.tax.billing", "import os"),
        (arrows.foreign, "schemas.reading", "import flask"),
        (arrows.neighbours, "gateways.customs.release", "from gateways.tax.repository import Bill"),
        (arrows.neighbours, "gateways.inspection", "import gateways.customs"),
        (arrows.clocks, "gateways.gateway", "import time"),
        (arrows.clocks, "simulators.demo", "from time import perf_counter"),
        (arrows.clocks, "declarations.calendar", "from datetime import datetime\nnow = datetime.now()"),
        (arrows.clocks, "declarations.calendar", "import datetime as d\nday = d.date.today()"),
        (arrows.clocks, "declarations.calendar", "from datetime import date\nread = date.today\nread()"),
        (arrows.clocks, "single_window.store.tables", "from sqlalchemy import func\nColumn('at', default=func.now())"),
        (arrows.dice, "declarations.risk", "import random"),
        (arrows.dice, "single_window.receipts", "import uuid\nuuid.uuid4()"),
        (arrows.dice, "single_window.receipts", "from uuid import uuid1 as guid\nguid()"),
        (arrows.dice, "single_window.api.guard", "from secrets import token_hex"),
        (arrows.dice, "single_window.store.numbering", "import os\nos.urandom(8)"),
        (arrows.dice, "declarations.risk", "draw = hash(order_no) % 10_000"),
        (arrows.dice, "declarations.risk", "from faker import Faker"),
        (arrows.handlers, "single_window.work.gateway_runner", "from gateways.agencies import GATEWAYS"),
        (arrows.handlers, "single_window.work.worker", "from gateways.customs import topics"),
        (arrows.handlers, "gateways.desk", "from gateways.inspection.topics import INSPECTION"),
    ],
)
def test_the_guard_barks(check: Callable[[Module], Iterator[str]], name: str, offence: str) -> None:
    assert complaints(check, Module(name, offence))


@each(
    ("check", "name", "source"),
    [
        (arrows.strays, "gateways.tax.billing", "from . import assessment\nfrom ..gateway import Answers"),
        (arrows.strays, "simulators.entry", "from single_window.wiring import open_window"),
        (arrows.subjects, "single_window.cases.batches.calls", "from single_window.cases import batches, queue"),
        (arrows.clocks, "single_window.clock", "import time"),
        (arrows.clocks, "simulators.imports.shop", "from datetime import time"),
        (arrows.dice, "single_window.receipts", "import uuid\nuuid.uuid5(uuid.NAMESPACE_URL, 'a')"),
        (arrows.handlers, "single_window.work.agencies", "from gateways.agencies import GATEWAYS"),
    ],
)
def test_the_guard_keeps_quiet(check: Callable[[Module], Iterator[str]], name: str, source: str) -> None:
    assert complaints(check, Module(name, source)) == []


def test_every_package_and_every_gateway_is_looked_at() -> None:
    assert {module.name.partition(".")[0] for module in modules()} == {*PACKAGES, CLIENT}
    folders = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()}
    assert folders == {*PACKAGES, "tools"}, "a package that the arrows do not know"
    assert {gateway.name for gateway in GATEWAYS} == set(arrows.AGENCIES), "a gateway that the arrows do not know"
