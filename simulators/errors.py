"""The error of the simulators for what whoever called them has to put right."""

from __future__ import annotations


class SimulatorError(Exception):
    """Something given to a simulator cannot be used, or its run cannot go on; the text says what, where and why."""

    permanent = True
