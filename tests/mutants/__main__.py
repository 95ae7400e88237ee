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

from tests.mutants import commands
from tests.mutants.commands import OUTRIGHT, REPLAY, Named
from tests.mutants.planting import PlantedFault, faults, in_turn, planted


class Found(NamedTuple):
    """A fault, and what each command that was run said about it."""

    fault: PlantedFault
    named: dict[str, Named]

    @property
    def by(self) -> list[str]:
        """The commands that named it."""
        return [name for name, said in self.named.items() if said.caught]

    @property
    def outright(self) -> bool:
        """Whether a command named it that needs no earlier run."""
        return bool(set(self.by) & set(OUTRIGHT))


@click.command()
@click.argument("only", nargs=-1)
@click.option("--turn", type=int, default=0, show_default=True, help="Of the turns, the one to take.")
@click.option("--turns", type=click.IntRange(1, 1_000), default=1, show_default=True, help="In how many turns.")
@click.option("--all", "every", is_flag=True, help="Run every command on every fault, not only until one names it.")
@click.option("--with", "chosen", multiple=True, type=click.Choice(commands.names()), help="Only these commands.")
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Faults at a time.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Write what was found.")
def mutants(
    only: tuple[str, ...],
    turn: int,
    turns: int,
    every: bool,
    chosen: tuple[str, ...],
    jobs: int,
    file: Path | None,
) -> None:
    """Plant faults one at a time; ends with status 0 only if each is named outright, which is: by a command that needs
    no earlier run and that passes the tree without a fault. Those that are known to be open must not be; turns leave
    them out, since every command would have to pass them."""
    begun = monotonic()
    listed = in_turn(faults(only), turn, turns)
    asked = chosen or commands.names()
    with commands.recorded() as recording, ThreadPoolExecutor(jobs) as workers:
        sound, found = commands.SoundTree(recording), []
        try:
            for one in workers.map(lambda fault: look(fault, asked, every, recording, sound), listed):
                found.append(one)
                click.echo(line(one))
        except commands.NotSound as wrong:
            workers.shutdown(cancel_futures=True)
            sys.exit(str(wrong))
    click.echo("\n".join(summary(found, asked, every)))
    click.echo(f"{monotonic() - begun:.0f} s")
    if file:
        file.write_text(json.dumps(table(found), ensure_ascii=False, indent=1), "utf-8")
    sys.exit(0 if all(one.outright != bool(one.fault.open) for one in found) else 1)


def look(
    fault: PlantedFault, asked: Sequence[str], every: bool, recording: commands.Recording, sound: commands.SoundTree
) -> Found:
    """What the commands say about a tree with a fault, until one of them names it. Raises `NotSound` if that one does
    not pass the tree without a fault."""
    named: dict[str, Named] = {}
    with planted(fault) as tree:
        for name in asked:
            named[name] = commands.check(tree, name, recording)
            if named[name].caught:
                sound.check(name)
            if named[name].caught and not every:
                break
    return Found(fault, named)


def line(found: Found) -> str:
    """A fault and who named it, with the first words."""
    if not found.by:
        return f"NOBODY  {found.fault.name} ({found.fault.breaks})"
    words = found.named[found.by[0]].words
    return f"{' '.join(found.by)}  {found.fault.name}: {words}"


def summary(found: Sequence[Found], asked: Sequence[str], every: bool) -> Iterator[str]:
    """How many faults were named, and, where every command was run, by which."""
    yield f"{sum(one.outright for one in found)} of {len(found)} faults named outright"
    for one in found:
        if one.fault.open:
            named = "but it was named: remove its `open`" if one.outright else "an open hole"
            yield f"{one.fault.name}: {named} ({one.fault.open})"
    against = [one.fault.name for one in found if one.by == [REPLAY]]
    if against:
        yield f"only against an earlier run: {', '.join(against)}"
    if every:
        for name in asked:
            yield f"{name}: {sum(name in one.by for one in found)} of {len(found)}"
        both = sum(bool({"demo", "year"} & set(one.by)) for one in found)
        yield f"demo and year together: {both} of {len(found)}"


def table(found: Sequence[Found]) -> list[dict[str, object]]:
    """What was found as plain values."""
    return [{"fault": one.fault.name, **{name: said._asdict() for name, said in one.named.items()}} for one in found]


if __name__ == "__main__":
    mutants()
