"""Measures of the window for those who work on it; `single-window bench` has those for its users."""
