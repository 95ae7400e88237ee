"""Warnings about statutory units that differ from the goods register; the window does not refuse them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from declarations.goods.register import GoodsRegister
from schemas import catalogue
from schemas.findings import Finding
from schemas.wording import finding
from single_window.intake.uploaded import Uploaded

_WHICH = {"unit1": ("第一", "first"), "unit2": ("第二", "second")}


def of_list(document: Uploaded, goods: GoodsRegister, day: date) -> Iterator[Finding]:
    """A warning for each line of a list with another unit than the goods register; none for unknown goods."""
    entry, many = catalogue.by_kind(document.kind), len(document.facts.lines) > 1
    for number, line in enumerate(document.facts.lines, 1):
        known = goods.find(line.gcode, day)
        for name, (zh, en) in _WHICH.items() if known is not None else ():
            wanted, declared = getattr(known, name), getattr(line, name)
            if wanted and declared and wanted != declared:
                path = f"{document.located.source.path}/{entry.line}{f'[{number}]' if many else ''}/{name}"
                yield finding(
                    "habit-unit",
                    document=document.located.source.position,
                    path=path,
                    line=document.located.tree.locate(path).line if document.located.tree is not None else None,
                    expected=wanted,
                    found=declared,
                    found_text=declared,
                    gcode=line.gcode,
                    zh={"which_zh": zh},
                    en={"which_en": en},
                )._replace(warning=True)
