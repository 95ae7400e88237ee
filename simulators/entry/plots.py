"""The door to plots: pictures as SVG, drawn by the window's own means."""

from __future__ import annotations

from single_window.console.plots import Plot, svg

__all__ = ["Plot", "svg"]
