"""Garbage is collected as seldom as by a window at work: what tests make and leave is seldom in cycles.

Python's own thresholds cost a tenth of the time in which tests are collected, and a sixth of a story's. `open_window`
sets these too, but a story makes its window otherwise.
"""

from __future__ import annotations

import gc

gc.set_threshold(200_000, 20, 20)
