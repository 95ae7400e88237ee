"""Writes traffic as files: a folder for each block, created atomically, by one or several processes.

`traffic.json` describes the folder; `expected.jsonl` has the expected outcome of each trade; `master-data` the required
companies, guarantees and stock.
"""

from __future__ import annotations

import gc
import gzip
import json
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from simulators.errors import SimulatorError
from simulators.messages import SyntheticMessage
from simulators.traffic.making import expectations, make_block, put_in_envelope
from simulators.traffic.plan import TrafficBlock, TrafficPlan
from simulators.world import World

FORMAT = 2
CONTENTS, EXPECTED, MASTER_DATA, BLOCK = "traffic.json", "expected.jsonl", "master-data", "block.json"
UNFINISHED = ".unfinished"
YOUNG = 200_000
"""Garbage collector threshold: documents have no cycles, and collecting would cost a tenth of the time."""
NOTES = frozenset({"711", "607", "507", "509"})
"""Codes of messages with one document that names many trades."""


class MessageForm(NamedTuple):
    """The format of files: with or without envelope, compressed or not."""

    enveloped: bool = False
    compressed: bool = False

    def bytes_of(self, message: SyntheticMessage) -> bytes:
        """The bytes of a message's file."""
        body = put_in_envelope(message) if self.enveloped else message.body
        return gzip.compress(body, 1, mtime=0) if self.compressed else body

    @property
    def suffix(self) -> str:
        """The suffix of file names."""
        return ".xml.gz" if self.compressed else ".xml"


class WrittenBlock(NamedTuple):
    """A written block: counts, and the hash of its bytes."""

    name: str
    trades: int
    documents: int
    messages: int
    sha256: str


class WrittenTraffic(NamedTuple):
    """A folder of traffic: counts, and the hash of the blocks' hashes."""

    trades: int
    documents: int
    messages: int
    sha256: str


def write_folder(
    folder: Path,
    plan: TrafficPlan,
    form: MessageForm,
    *,
    resume: bool = False,
    processes: int = 1,
    progress: Callable[[WrittenBlock], None] = lambda made: None,
) -> WrittenTraffic:
    """Write a plan's traffic to a folder; reports each written block.

    `resume`: continue an interrupted call. Raises `SimulatorError` if the folder has other content.
    """
    contents = _contents(plan, form)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _enter(folder, contents, resume)
        try:
            return _write(folder, plan, form, contents, processes, progress)
        finally:
            _clear(folder)  # processes that were ended could not do it


def _write(
    folder: Path,
    plan: TrafficPlan,
    form: MessageForm,
    contents: dict[str, Any],
    processes: int,
    progress: Callable[[WrittenBlock], None],
) -> WrittenTraffic:
    blocks = list(plan.blocks())
    there = {block.name: _made(folder / block.name) for block in blocks if (folder / block.name / BLOCK).exists()}
    for block in there.values():
        progress(block)
    missing = [block for block in blocks if block.name not in there]
    with _mapping(processes, plan) as each:
        for block in each(partial(_write_block, folder, form), missing):
            there[block.name] = block
            progress(block)
    made_blocks = [there[block.name] for block in blocks]
    _join(folder, (folder / block.name / EXPECTED for block in made_blocks))
    whole = sha256("".join(block.sha256 for block in made_blocks).encode()).hexdigest()
    written = WrittenTraffic(
        sum(block.trades for block in made_blocks),
        sum(block.documents for block in made_blocks),
        sum(block.messages for block in made_blocks),
        whole,
    )
    _put(
        folder / CONTENTS,
        {**contents, "finished": True, **written._asdict(), "blocks": [block._asdict() for block in made_blocks]},
    )
    return written


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lock the folder against other writers; raises `SimulatorError` if it is locked."""
    place = os.open(folder, os.O_RDONLY)
    try:
        flock(place, LOCK_EX | LOCK_NB)
        yield
    except BlockingIOError:
        raise SimulatorError(f"another process is writing {folder}") from None
    finally:
        os.close(place)


def _contents(plan: TrafficPlan, form: MessageForm) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "profile": msgspec.to_builtins(plan.profile),
        "seed": plan.seed,
        "per_message": plan.per_message,
        **form._asdict(),
    }


def _enter(folder: Path, contents: dict[str, Any], resume: bool) -> None:
    """Create the folder, or continue in it after deleting incomplete blocks."""
    file = folder / CONTENTS
    if not file.exists():
        if any(folder.iterdir()):
            raise SimulatorError(f"{folder} holds other files. Name a folder that is empty or not there yet")
        master_data(folder / MASTER_DATA, contents)
        _put(file, {**contents, "finished": False})
        return
    try:
        before = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise SimulatorError(f"{file} cannot be read: {error}") from None
    wanted = json.loads(json.dumps(contents, default=str))
    differs = [name for name, value in wanted.items() if before.get(name) != value]
    if differs:
        raise SimulatorError(f"{folder} holds other traffic: {', '.join(differs)} differ(s). Name another folder")
    if not resume and not before["finished"]:
        raise SimulatorError(f"{folder} holds the beginning of this traffic; go on with --resume")
    _clear(folder)


def _clear(folder: Path) -> None:
    """Delete incomplete blocks."""
    for unfinished in folder.glob(f"*{UNFINISHED}"):
        shutil.rmtree(unfinished) if unfinished.is_dir() else unfinished.unlink()


def master_data(folder: Path, contents: dict[str, Any]) -> None:
    """Write the CSV files for `single-window import`."""
    companies = contents["profile"]["companies"]
    world = World(contents["seed"], **companies)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in ("participants", "guarantees", "stock"):
        (folder / f"{kind}.csv").write_text(getattr(world, f"{kind}_csv")(), "utf-8")


_plan: TrafficPlan
_world: World


def _begin_process(plan: TrafficPlan) -> None:
    """Initialise a process that generates blocks; Ctrl-C is handled by its parent."""
    global _plan, _world
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(YOUNG)
    _plan, _world = plan, plan.world()


@contextmanager
def _mapping(
    processes: int, plan: TrafficPlan
) -> Iterator[Callable[[Callable[..., WrittenBlock], list[TrafficBlock]], Iterable[WrittenBlock]]]:
    if processes == 1:
        world = plan.world()
        yield lambda function, blocks: (function(plan, world, block) for block in blocks)
        return
    pool = multiprocessing.get_context("spawn").Pool(processes, _begin_process, (plan,))
    try:
        yield lambda function, blocks: pool.imap(partial(_in_process, function), blocks)
        pool.close()
    except BaseException:
        pool.terminate()
        raise
    finally:
        pool.join()


def _in_process(
    function: Callable[[TrafficPlan, World, TrafficBlock], WrittenBlock], block: TrafficBlock
) -> WrittenBlock:
    return function(_plan, _world, block)


def _write_block(folder: Path, form: MessageForm, plan: TrafficPlan, world: World, block: TrafficBlock) -> WrittenBlock:
    """Write a block to a temporary folder and rename it when it is complete."""
    place = folder / (block.name + UNFINISHED)
    place.mkdir()
    try:
        block_made = _write_messages(place, form, plan, world, block)
        _put(place / BLOCK, block_made._asdict())
        place.rename(folder / block.name)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return block_made


def _write_messages(
    place: Path, form: MessageForm, plan: TrafficPlan, world: World, block: TrafficBlock
) -> WrittenBlock:
    trades, sent = make_block(plan, world, block)
    whole, messages, documents = sha256(), 0, 0
    for messages, message in enumerate(sent, 1):
        data = form.bytes_of(message)
        whole.update(data)
        documents += documents_in(message)
        (place / f"{messages:05d}-{message.code}{form.suffix}").write_bytes(data)
    lines = "".join(
        json.dumps(expectation._asdict(), ensure_ascii=False) + "\n" for expectation in expectations(block.flow, trades)
    )
    whole.update(lines.encode())
    (place / EXPECTED).write_text(lines, "utf-8")
    return WrittenBlock(block.name, len(trades), documents, messages, whole.hexdigest())


def documents_in(message: SyntheticMessage) -> int:
    """Count the documents of a message."""
    return 1 if message.code in NOTES else len(message.trades)


def _made(place: Path) -> WrittenBlock:
    return WrittenBlock(**json.loads((place / BLOCK).read_text("utf-8")))


def _join(folder: Path, parts: Iterable[Path]) -> None:
    unfinished = folder / (EXPECTED + UNFINISHED)
    with unfinished.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, out)
    unfinished.rename(folder / EXPECTED)


def _put(file: Path, value: dict[str, Any]) -> None:
    unfinished = file.with_name(file.name + UNFINISHED)
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=str), "utf-8")
    unfinished.rename(file)
