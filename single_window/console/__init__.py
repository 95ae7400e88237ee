"""The console: pages that show counts, lists and cases; officers sign in to decide."""

from __future__ import annotations

from single_window.console import dossier
from single_window.console.pages import blueprint, error_page
from single_window.frame.pages.persons import prepare

__all__ = ["blueprint", "dossier", "error_page", "prepare"]
