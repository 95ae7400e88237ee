"""Compares what can be seen after shipped scenarios with the known views, which stand in a CSV file an area:
`scenario`, `view` (a path without numbers), HTTP `status`, how many were `read`, and a `digest` of their plain form.

They were read from the window itself: they show that something changed, and confirm nothing. What a scenario must come
to stands in its file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import urllib3

from simulators.entry.windows import SandboxClient
from simulators.scenarios.expecting import NOTHING, Mismatch
from simulators.scenarios.form import ScenarioFile
from simulators.scenarios.views.command_reading import CommandReader
from simulators.scenarios.views.desk_reading import DeskReader
from simulators.scenarios.views.officers import WindowInside
from simulators.scenarios.views.plain import PlainForm, digest
from simulators.scenarios.views.reading import TIMEOUT_SECONDS, View, ViewReader
from simulators.scenarios.views.whole import WholeForm

FOLDER = Path(__file__).parent / "areas"
COLUMNS = ("scenario", "view", "status", "read", "digest")

EVENTS = "events and deadlines"
BROKEN = "500"
"""From this HTTP status on, an answer is wrong whatever is known."""


class Seen(NamedTuple):
    """The views of a shape: their plain texts, each of which begins with its HTTP status."""

    view: str
    texts: tuple[str, ...]

    @property
    def status(self) -> str:
        """The highest HTTP status among them."""
        return max(text.partition("\n")[0] for text in self.texts)

    @property
    def digest(self) -> str:
        """The digest of all of them, in any order."""
        return digest("\n".join(sorted(self.texts)))


def seen_in(sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None) -> list[Seen]:
    """Read all views of a sandbox, by shape; those of officers, who act, and of the command line before all others,
    where the scenario says so."""
    form, texts = PlainForm(sandbox.name), dict[str, list[str]]()
    if inside is not None and scenario.seen_by:
        whole = WholeForm(sandbox.name)
        for view in DeskReader(sandbox, inside.officers).views(scenario.seen_by):
            texts.setdefault(view.shape, []).append(whole.text(view))
        events = View(EVENTS, "", 200, "\n".join(inside.noted(sandbox.name)))
        texts[EVENTS] = [form.text(events)]
    if scenario.commands:
        for view in CommandReader(sandbox).views():
            texts.setdefault(view.shape, []).append(form.text(view))
    with urllib3.PoolManager(retries=False, timeout=TIMEOUT_SECONDS) as pool:
        reader = ViewReader(sandbox, pool)
        for view in (*reader.answers(), *reader.pages()):
            texts.setdefault(view.shape, []).append(form.text(view))
    return [Seen(view, tuple(held)) for view, held in texts.items()]


class Looker:
    """Looks at sandboxes after scenarios. `folder`: where the plain texts of each are written to, one file a scenario;
    `known`: compare with the known views."""

    def __init__(self, folder: Path | None = None, known: bool = False) -> None:
        self._folder, self._known = folder, known

    def __call__(
        self, sandbox: SandboxClient, scenario: ScenarioFile, inside: WindowInside | None = None
    ) -> Sequence[Mismatch]:
        """Differences between what is seen and what is known; nothing where no views are known of a scenario."""
        if self._folder is None and not self._known:
            return ()
        seen = seen_in(sandbox, scenario, inside)
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"{scenario.name}.txt").write_text("".join(_written(seen)), "utf-8")
        known = known_views(scenario.area).get(scenario.name) if self._known else None
        return () if known is None else tuple(mismatches(seen, known))


def _written(seen: Iterable[Seen]) -> Iterator[str]:
    for each in sorted(seen):
        for text in sorted(each.texts):
            yield f"== {each.view}\n{text}\n"


@cache
def known_views(area: str) -> Mapping[str, Mapping[str, str]]:
    """Scenario → view → its digest, of an area; empty if none are known of it."""
    path, known = FOLDER / f"{area}.csv", dict[str, dict[str, str]]()
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known.setdefault(row["scenario"], {})[row["view"]] = row["digest"]
    return known


def rows_of(scenario: str, seen: Iterable[Seen]) -> Iterator[tuple[str, ...]]:
    """The rows of the known views of a scenario."""
    yield from ((scenario, each.view, each.status, str(len(each.texts)), each.digest) for each in sorted(seen))


def mismatches(seen: Sequence[Seen], known: Mapping[str, str]) -> Iterator[Mismatch]:
    """Views that differ from the known ones (view → digest), are new or are missing; and those that break."""
    came = {each.view: each.digest for each in seen}
    for view in sorted({*came, *known}):
        if came.get(view) != known.get(view):
            yield Mismatch(
                f"{view} as known ({known.get(view, NOTHING)})",
                came.get(view, NOTHING),
                f"what {view} shows after it is not what is known; --seen FOLDER writes it, to be compared with"
                " that of the release",
            )
    for each in seen:
        if each.status >= BROKEN:
            yield Mismatch(f"{each.view} is answered", each.texts[0][:200], f"it is answered with HTTP {each.status}")
