"""Re-exports how the window's commands declare options and arguments, because only this package of the simulators may
import the window.
"""

from __future__ import annotations

from single_window.frame.commands.options import EXISTING_FILE, FILE, FOLDER, argument, from_signature, option

__all__ = ["EXISTING_FILE", "FILE", "FOLDER", "argument", "from_signature", "option"]
