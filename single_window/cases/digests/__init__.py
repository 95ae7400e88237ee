"""Digests: what a sandbox's traffic came to, and what differs between two runs.

The digest of outcomes is trade by trade, without anything that differs from run to run; the digest of the sequence is
delivery by delivery, with order and instants. `outcomes` and `queries` read a sandbox; `lines` reads and writes digest
files; `comparing` reports what differs.
"""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(rooms=("digest",))
