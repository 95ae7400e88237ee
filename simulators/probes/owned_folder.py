"""The folders of a window whose owner is this program: files that are laid into them, and receipts that come out, each
once and as polls give them; and meanwhile what its owner prunes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event

from simulators.entry.windows import SandboxClient, WindowClient, ephemeral_window
from simulators.probes import pruned_beside, pruned_records

MOMENT = {"mode": "frozen", "at": "2026-11-24T08:00:00+08:00"}
ANOTHER = "DXPENT0000000098"
TOLD: Mapping[str, list[str]] = {
    "DXPENT0000000001": ["2", "120"],
    "DXPENT0000000005": ["2", "2", "120", "120", "800", "1"],
}
"""Mailbox → the statuses of its receipts about a trade: those of the order, and those of the list."""
RECEIPTS = "[0-9]*.xml"
WAIT, PAUSE = 40.0, 0.1
"""Seconds until files are left where they are: many, since how fast the machine is must not matter."""
_GUID = re.compile(r"<guid>([^<]+)<")


def probe() -> Iterator[str]:
    """Yield what is wrong."""
    with ephemeral_window(folders=True) as window:
        owner = window.acting_as()
        sandbox = owner.make_sandbox("laid", "ci", "laid", MOMENT)
        place = window.data / "folders" / sandbox.name
        _await(lambda: (place / "in").is_dir())
        files = _lay(sandbox, place / "in")
        yield from pruned_records.complaints(owner, WindowClient(window.url))
        yield from pruned_beside.complaints(owner)
        _await(lambda: not any((place / "in" / name).exists() for name, (where, _) in files.items() if where))
        yield from _moved(place, files)
        sandbox.settle()
        yield from _written(sandbox, place / "out")
        yield from _fetched(place, files)


def _lay(sandbox: SandboxClient, folder: Path) -> Mapping[str, tuple[str, bytes]]:
    """Lay files into a folder; returns name → the folder in which each must be found (empty: left), and its content."""
    trade, other = sandbox.sample("import"), sandbox.sample("import").messages["311"]
    files = {f"{code}.xml": ("done", body) for code, body in trade.messages.items()} | {
        "no-message.xml": ("error", b"<order>1</order>"),
        f"{ANOTHER}/of-somebody-else.xml": ("error", other),
        "unfinished.xml.part": ("", other),
        ".hidden.xml": ("", other),
    }
    (folder / ANOTHER).mkdir(exist_ok=True)
    for name, (_, body) in files.items():
        (folder / name).write_bytes(body)
    return files


def _moved(place: Path, files: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """The faults of where files are, and of what is said of those that were refused."""
    for name, (where, body) in files.items():
        found = [folder for folder in ("in", "done", "error") if (place / folder / name).exists()]
        if found != [where or "in"]:
            yield f"the file {name} lies in {found}, and not in {where or 'in'}"
        elif (place / found[0] / name).read_bytes() != body:
            yield f"the file {name} is not what was laid there"
        said = place / "error" / f"{name}.findings.json"
        if said.exists() != (where == "error") or (where == "error" and not json.loads(said.read_text())["findings"]):
            yield f"findings of the file {name}, which must be in {where or 'in'}: {said.exists()}"


def _written(sandbox: SandboxClient, out: Path) -> Iterator[str]:
    """The faults of receipts in files: each is there once, in its order, as it is polled."""
    for box, statuses in TOLD.items():
        polled = sandbox.receipts(box)
        if [receipt.status for receipt in polled] != statuses:
            yield f"{box} is told {[receipt.status for receipt in polled]} of what was laid into the folder"
        _await(lambda: _last(out / box) >= (polled[-1].sequence if polled else 0))  # noqa: B023
        written = [guid for file in sorted((out / box).glob(RECEIPTS)) for guid in _guids(file.read_text("utf-8"))]
        if written != [guid for receipt in polled for guid in _guids(receipt.xml)]:
            yield f"{box} is written {len(written)} receipts in its folder, and polls {len(polled)}, or others"


def _fetched(place: Path, files: Mapping[str, tuple[str, bytes]]) -> Iterator[str]:
    """The faults of receipts that were fetched, after a file was laid there a second time: none comes again."""
    for box in TOLD:
        for file in (place / "out" / box).glob(RECEIPTS):
            file.unlink()
    (place / "in" / "again.xml").write_bytes(files["311.xml"][1])
    _await((place / "done" / "again.xml").exists)
    for box in TOLD:
        if left := [file.name for file in (place / "out" / box).glob(RECEIPTS)]:
            yield f"receipts of {box} that were fetched are written again: {left}"


def _guids(xml: str) -> list[str]:
    return _GUID.findall(xml)


def _last(out: Path) -> int:
    """The last number of a receipt in a folder."""
    return max((int(file.name.partition("-")[0]) for file in out.glob(RECEIPTS)), default=0)


def _await(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, or for so long that it never will be."""
    for _ in range(round(WAIT / PAUSE)):
        if is_so():
            return
        Event().wait(PAUSE)
