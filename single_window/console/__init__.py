"""Pages for people: the day's counts, the lists, one list with everything about it. They read, and change nothing."""

from __future__ import annotations

from single_window.console.errors import error_page
from single_window.console.pages import blueprint

__all__ = ["blueprint", "error_page"]
