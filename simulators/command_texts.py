"""Short help of the simulators' commands, readable without importing them."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "bench": "Measure how many trades go through.",
    "demo": "Play synthetic imports, exports, a batch and refunds, then serve.",
    "key-control": "A stand-in for the client control that holds the hardware key.",
    "load": "Put load on a window over HTTP: a rate, targets, a verdict.",
    "officers": "Officers whom a program plays decide what waits.",
    "recording": "Show, scrub and check recordings.",
    "scenario": "Play scenario files: who sends what, what must come of it.",
    "traffic": "Make synthetic traffic from a profile: files, HTTP, or played in process.",
    "verdict": "Judge a recording: what was lost, doubled, wrong, late.",
    "year": "Play a virtual year of exports and refunds, and audit it.",
}
