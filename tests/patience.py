"""How long tests wait for what has to come: a ceiling, reached only where it does not come, and never a measure."""

from __future__ import annotations

import os

PATIENCE = 120.0 * float(os.environ.get("SINGLE_WINDOW_TEST_PATIENCE", "1"))
"""Seconds for one thing to happen, a program's start or an answer; SINGLE_WINDOW_TEST_PATIENCE multiplies them."""
LONG_PATIENCE = 5 * PATIENCE
"""Seconds for a whole run of other tests, a page of commands, or a day of trades."""
