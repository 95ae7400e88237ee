"""Interface to temporary folders, which are removed even if their process is killed."""

from __future__ import annotations

from single_window.temporary import temporary_folder

__all__ = ["temporary_folder"]
