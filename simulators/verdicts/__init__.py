"""Verdicts about what was recorded: held against a quiet run of the same, and against what was promised."""
