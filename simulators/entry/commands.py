"""Re-exports how the window's commands declare options and arguments and print tables, because only this package of the
simulators may import the window.
"""

from __future__ import annotations

from single_window.frame.commands.call import PIPE_WIDTH, language_of
from single_window.frame.commands.fitted_table import fitted_table, heading_in
from single_window.frame.commands.options import EXISTING_FILE, FILE, FOLDER, argument, from_signature, option

__all__ = [
    "EXISTING_FILE",
    "FILE",
    "FOLDER",
    "PIPE_WIDTH",
    "argument",
    "fitted_table",
    "from_signature",
    "heading_in",
    "language_of",
    "option",
]
