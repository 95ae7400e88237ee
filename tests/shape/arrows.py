"""What a module may import and use: complaints about one module, each a sentence with its line."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from gateways.agency import agencies
from tests.shape.sources import Module, modules, within

MAY_IMPORT = {
    "single_window_client": (),
    "schemas": ("single_window_client.envelopes",),
    "declarations": (
        "schemas.catalogue",
        "schemas.message_types",
        "schemas.codes",
        "schemas.identifiers",
        "schemas.packing",
        "schemas.receipt_texts",
        "schemas.remedies",
    ),
    "gateways": ("declarations", "schemas"),
    "single_window": ("gateways", "declarations", "schemas", "single_window_client"),
    "simulators": ("schemas",),
}
"""Package → what it may import of the others: the client, a distribution of its own, stands below all."""
NOT_SHIPPED = frozenset({"tests", "tools"})
"""Packages of a checkout that nothing of the distribution may import."""
ROOMS = (
    "settings",
    "clock",
    "message_limits",
    "keys",
    "private",
    "data_lock",
    "own_packages",
    "temporary",
    "refused",
    "language",
    "messaging",
    "store",
    "accounts",
    "observe",
    "outcomes",
    "context",
    "receipts",
    "work",
    "intake",
    "sending",
    "wiring",
    "auditing",
    "frame",
    "master_data",
    "retention",
    "channels",
    "cases",
    "answers",
    "recordings",
    "histories",
    "api",
    "console",
    "reports",
    "process",
    "command_texts",
    "cli",
    "reference",
    "commands",
    "__main__",
)
"""The rooms of `single_window`, from the ground up: each may use those before it, and none after it."""
SHARED_SUBJECTS: dict[str, set[str]] = {
    "declarations": {"proposals", "tax_bills"},
    "quality": {"declarations"},
    "refunds": {"declarations", "proposals"},
    "registrations": {"proposals"},
}
"""A subject of `cases` → other subjects that it may use."""
COMPUTED = {
    "single_window_client",
    "gateways.agency",
    "gateways.agencies",
    "single_window.work.agencies",
    "single_window.store.agency_tables",
    "single_window.frame.commands.call",
    "single_window.frame.commands.through_api",
    "single_window.frame.commands.in_this_process",
    "single_window.api.blueprints",
    "single_window.cli",
    "single_window.reference",
    "single_window.api.app",
    "single_window.cases.subjects",
    "single_window.cases.folders",
    "single_window.console.pages",
}
"""Modules that import by a computed name: the client its public names, commands by the command line's table, officers'
pages if there are any."""
ENTRY = "simulators.entry"
"""The one place of the world outside that may know the window."""
LIBRARIES = {
    "single_window_client": {"msgspec", "pytest", "urllib3"},
    "schemas": {"asn1crypto", "cryptography", "gmalg", "lxml", "msgspec", "stdnum", "xmlschema", "zstandard"},
    "declarations": {"holidays", "msgspec"},
    "gateways": {"msgspec"},
}
"""Packages that are pure, and the client, and the libraries that they may use."""
OUTSIDE_WORLD = {
    "asyncio",
    "http",
    "logging",
    "multiprocessing",
    "os",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "urllib",
}
"""Parts of the standard library that rules and gateways have no use for."""
WORLD_OF = {"schemas": frozenset({"threading"}), "single_window_client": frozenset(OUTSIDE_WORLD)}
"""Package → what it may use of them."""
_SIMULATOR = re.compile(r"simulators[.:]\w+[\w.:]*$")
AGENCIES = tuple(agencies())
CLIENT = "single_window_client"
"""What runs with programs of others: it reads their machine's time and draws names of its own."""
CLOCK, KEYS = "single_window.clock", "single_window.keys"
DESCRIBE_GATEWAYS = {
    "gateways.agencies",
    "single_window.work.agencies",
    "single_window.store.facts",
    "single_window.cases.coming",
    "single_window.reference.tables",
}
"""Who runs all gateways or sends facts to them, and who describes their topics."""
READS_TIME = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
    "sqlalchemy.func.localtime",
}
KEYED_UUIDS = {"uuid.uuid5", "uuid.UUID", "uuid.NAMESPACE_URL", "uuid.NAMESPACE_DNS", "uuid.NAMESPACE_OID"}
THROWS_DICE = {"os.urandom", "sqlalchemy.func.random"}


def strays(module: Module) -> Iterator[str]:
    """Imports of another of the five packages against the arrows."""
    home = module.name.partition(".")[0]
    for line, dotted in module.imports:
        package = dotted.partition(".")[0]
        if dotted == "<computed>":
            if module.name not in COMPUTED:
                yield f"{module.name}:{line} imports by a computed name"
        elif package in NOT_SHIPPED or (
            package in MAY_IMPORT
            and package != home
            and not within(dotted, *MAY_IMPORT[home])
            and not (within(module.name, ENTRY) and package in {"single_window", CLIENT})
        ):
            yield f"{module.name}:{line} imports {dotted}"
    if home != "simulators":
        yield from (
            f"{module.name}:{node.lineno} names {node.value}"
            for node in module.nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SIMULATOR.match(node.value)
        )


def upwards(module: Module) -> Iterator[str]:
    """Imports between the rooms of `single_window` against their order, and rooms that have no place in it."""
    home = _room(module.name)
    if home is None:
        return
    if home not in ROOMS:
        yield f"{module.name} is in no room of ROOMS"
        return
    for line, dotted in module.imports:
        room = _room(dotted)
        if room in ROOMS and ROOMS.index(room) > ROOMS.index(home):
            yield f"{module.name}:{line} imports {dotted}"


def subjects(module: Module) -> Iterator[str]:
    """Subjects of `cases` that use another subject instead of what all share."""
    folders = {_subject(known.name) for known in modules("single_window") if known.package} - {""}
    home = _subject(module.name)
    if home not in folders:
        return
    for line, dotted in module.imports:
        other = _subject(dotted)
        if other in folders and other != home and other not in SHARED_SUBJECTS.get(home, ()):
            yield f"{module.name}:{line} imports {dotted}"


def _subject(dotted: str) -> str:
    """The folder or module of `cases` in which a name stands; empty: in none."""
    inside = dotted.removeprefix("single_window.cases.")
    return inside.partition(".")[0] if inside != dotted else ""


def _room(dotted: str) -> str | None:
    package, _, rest = dotted.partition(".")
    return rest.partition(".")[0] if package == "single_window" and rest else None


def foreign(module: Module) -> Iterator[str]:
    """Libraries that a pure package has no use for."""
    home = module.name.partition(".")[0]
    if home not in LIBRARIES:
        return
    for line, dotted in module.imports:
        if dotted == "<computed>" or within(dotted, "urllib.parse"):  # `strays` judges it; texts alone, no network
            continue
        top = dotted.partition(".")[0]
        unfit = top in OUTSIDE_WORLD - WORLD_OF.get(home, frozenset())
        if unfit or (top not in sys.stdlib_module_names and top not in MAY_IMPORT and top not in LIBRARIES[home]):
            yield f"{module.name}:{line} imports {dotted}"


def neighbours(module: Module) -> Iterator[str]:
    """Agencies that look into another agency instead of talking to it."""
    for mine in AGENCIES:
        if within(module.name, f"gateways.{mine}"):
            others = [f"gateways.{other}" for other in AGENCIES if other != mine]
            yield from (
                f"{module.name}:{line} imports {dotted}" for line, dotted in module.imports if within(dotted, *others)
            )


def clocks(module: Module) -> Iterator[str]:
    """Whoever reads the time without being the clock."""
    if module.name == CLOCK or within(module.name, CLIENT):
        return
    yield from (f"{module.name}:{line} imports {dotted}" for line, dotted in module.imports if within(dotted, "time"))
    for line, dotted in _used(module):
        if dotted in READS_TIME:
            yield f"{module.name}:{line} uses {dotted}"


def dice(module: Module) -> Iterator[str]:
    """Whoever draws without a key: what comes of it could not be repeated. What nobody may guess is made in `keys`."""
    if module.name == KEYS or within(module.name, CLIENT):
        return
    for line, dotted in module.imports:
        if within(dotted, "random", "secrets") or (within(dotted, "faker") and not within(module.name, "simulators")):
            yield f"{module.name}:{line} imports {dotted}"
    for line, dotted in _used(module):
        if dotted in THROWS_DICE or (dotted.startswith("uuid.") and not within(dotted, *KEYED_UUIDS)):
            yield f"{module.name}:{line} uses {dotted}"
    for call in module.calls():
        if isinstance(call.func, ast.Name) and call.func.id == "hash":
            yield f"{module.name}:{call.lineno} uses hash(), which differs from process to process"


def handlers(module: Module) -> Iterator[str]:
    """Whoever imports the tables of gateways, and with them every handler, without running or describing gateways."""
    if module.name in DESCRIBE_GATEWAYS:
        return
    tables = ["gateways.agencies"]
    tables += [f"gateways.{agency}.topics" for agency in AGENCIES if not within(module.name, f"gateways.{agency}")]
    yield from (f"{module.name}:{line} imports {dotted}" for line, dotted in module.imports if within(dotted, *tables))


def _used(module: Module) -> Iterator[tuple[int, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and (dotted := module.dotted(node)):
            yield node.lineno, dotted
