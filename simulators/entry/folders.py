"""The door to temporary folders that go with their process, however it ends."""

from __future__ import annotations

from single_window.temporary import temporary_folder

__all__ = ["temporary_folder"]
