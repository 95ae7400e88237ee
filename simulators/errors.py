"""The simulators' error for wrong input."""

from __future__ import annotations


class SimulatorError(Exception):
    """Invalid input, or a run that cannot continue; the text gives place and reason."""

    permanent = True
