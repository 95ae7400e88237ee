"""The golden samples, and the official ones where they lie beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.catalogue import by_root, entries
from schemas.message import Message
from schemas.message_types import EDITION
from schemas.reading import open_message, read

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "schemas" / "samples"
OFFICIAL = ROOT.parent / "shared" / "samples" / "2018-113"
ROOTS = [entry.root for entry in entries()]
CEB_ROOTS = [root for root in ROOTS if root.startswith("CEB")]
NOT_IN_2018 = {
    "CEB816Message",
    "CEB818Message",
    "CEB900Message",
    "CEB213Message",
    "CEB214Message",
    "CEB215Message",
    "CEB216Message",
}
"""Types of which the official set of 2018 has no sample."""
DIFFERENT = {"CEB792Message"}
"""Types that no document suits in both editions: 2022-05 requires gseqno, which 2018 does not know."""
EVERY = [
    (entry.root, edition)
    for entry in entries()
    for edition in entry.editions
    if entry.root not in DIFFERENT or edition == EDITION
]
"""Each golden sample with the editions for which it is valid."""


def sample(root: str) -> bytes:
    return (SAMPLES / f"{root}.xml").read_bytes()


def sample_text(root: str) -> str:
    return sample(root).decode()


def read_sample(root: str, edition: str = "2022-05") -> Message:
    return read(open_message(sample(root)), edition)


def official(root: str) -> bytes:
    if not OFFICIAL.is_dir():
        pytest.skip(f"the official samples of 2018 do not lie in {OFFICIAL}")
    return (OFFICIAL / f"{root}.xml").read_bytes()


def code_of(root: str) -> str:
    return by_root(root).code
