"""`python -m tests.mutants`: plants faults one at a time in a copy of the tree, and tells which commands name them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import click

from tests.mutants import commands, reached
from tests.mutants.commands import COMMANDS, Named
from tests.mutants.planting import BESIDE, PlantedFault, faults, in_turn, planted


class Found(NamedTuple):
    """A fault, and what each command that was run said about it."""

    fault: PlantedFault
    named: dict[str, Named]

    @property
    def by(self) -> list[str]:
        """The commands that named it."""
        return [name for name, said in self.named.items() if said.caught]


@click.command()
@click.argument("only", nargs=-1)
@click.option("--turn", type=int, default=0, show_default=True, help="Of the turns, the one to take.")
@click.option("--turns", type=click.IntRange(1, 1_000), default=1, show_default=True, help="In how many turns.")
@click.option("--in", "package", default="", metavar="FOLDER", help="Only faults in files below it (declarations/tax).")
@click.option("--all", "every", is_flag=True, help="Run every command on every fault, not only until one names it.")
@click.option(
    "--with", "chosen", multiple=True, type=click.Choice([commands.REACHED, *COMMANDS]), help="Only these commands."
)
@click.option("--record", is_flag=True, help="Record which tests run which line, to ask these.")
@click.option(
    "--without", multiple=True, metavar="TESTS", help="Tests that are not asked: tests/stories/test_killed.py"
)
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Faults at a time.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write what was found.")
def mutants(
    only: tuple[str, ...],
    turn: int,
    turns: int,
    package: str,
    every: bool,
    chosen: tuple[str, ...],
    record: bool,
    without: tuple[str, ...],
    jobs: int,
    file: Path | None,
) -> None:
    """Plant faults one at a time, and ask of each the tests and commands that are closest to its file first; ends with
    status 0 only if each fault is named by one that passes the tree without a fault. Those that are known to be open
    must not be; turns leave them out, since every command would have to pass them."""
    if record:
        sys.exit(reached.record())
    begun = monotonic()
    listed = [fault for fault in in_turn(faults(only), turn, turns) if fault.file.startswith(package)]
    found: list[Found] = []
    with ThreadPoolExecutor(jobs) as workers:
        sound = commands.SoundTree()
        try:
            for one in workers.map(lambda fault: look(fault, chosen, every, sound, without), listed):
                found.append(one)
                click.echo(f"{len(found)}/{len(listed)} {line(one)}")
        except commands.NotSound as wrong:
            workers.shutdown(cancel_futures=True)
            sys.exit(str(wrong))
    click.echo("\n".join(summary(found)))
    click.echo(f"{monotonic() - begun:.0f} s")
    if file:
        file.write_text(json.dumps(table(found), ensure_ascii=False, indent=1), "utf-8")
    sys.exit(0 if all(bool(one.by) != bool(one.fault.open) for one in found) else 1)


def look(
    fault: PlantedFault,
    chosen: Sequence[str],
    every: bool,
    sound: commands.SoundTree,
    without: Sequence[str] = (),
) -> Found:
    """What the commands say about a tree with a fault, until one of them names it, after the tests that run its line.
    Raises `NotSound` if that one does not pass the tree without a fault."""
    named: dict[str, Named] = {}
    with planted(fault, BESIDE) as tree:
        for name in commands.in_order(fault.file, bool(reached.tests_of(fault))):
            if chosen and name not in chosen:
                continue
            if name == commands.REACHED:
                named[name] = commands.ask(tree, reached.tests_of(fault, without))
                if named[name].caught and not every:
                    break
                continue
            named[name] = commands.check(tree, name)
            if named[name].caught:
                sound.check(name)
                if not every:
                    break
    return Found(fault, named)


def line(found: Found) -> str:
    """A fault and who named it, with the first words."""
    if not found.by:
        return f"NOBODY  {found.fault.name} ({found.fault.breaks})"
    words = found.named[found.by[0]].words
    return f"{' '.join(found.by)}  {found.fault.name}: {words}"


def summary(found: Sequence[Found]) -> Iterator[str]:
    """How many faults were named, and how many by each command."""
    yield f"{sum(bool(one.by) for one in found)} of {len(found)} faults named"
    for one in found:
        if one.fault.open:
            named = "but it was named: remove its `open`" if one.by else "an open hole"
            yield f"{one.fault.name}: {named} ({one.fault.open})"
    for name in (commands.REACHED, *COMMANDS):
        if asked := [one for one in found if name in one.named]:
            each = sum(one.named[name].seconds for one in asked) / len(asked)
            yield f"{name}: {sum(name in one.by for one in asked)} of {len(asked)} asked, {each:.1f} s each"


def table(found: Sequence[Found]) -> list[dict[str, object]]:
    """What was found as plain values."""
    return [{"fault": one.fault.name, **{name: said._asdict() for name, said in one.named.items()}} for one in found]


if __name__ == "__main__":
    mutants()
