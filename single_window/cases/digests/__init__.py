"""Digests of a sandbox's results, and the differences between the digests of two runs.

The digest of outcomes has one line for each trade, without values that differ between identical runs. The digest of the
sequence has one line for each delivered receipt, with order and instants. `outcomes` and `queries` read a sandbox,
`lines` reads and writes digest files, `comparing` compares two digests.
"""

from __future__ import annotations

from single_window.cases.folders import Folder

FOLDER = Folder(rooms=("digest",))
