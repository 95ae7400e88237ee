"""Short help of the simulators' commands, readable without importing them."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "attack": "Try to work out what published open data close.",
    "bench": "Measure throughput and latency on this machine.",
    "demo": "Play synthetic imports, exports, a batch and refunds, then serve.",
    "load": "Load a window over HTTP at a rate, check targets, and judge every receipt.",
    "officers": "Simulated officers that decide waiting cases.",
    "recording": "Show, scrub and check recordings.",
    "scenario": "Play scenario files: who sends what, and the outcome expected.",
    "traffic": "Generate synthetic traffic from a profile: to files, over HTTP, or in process.",
    "verify-peer": "Try a window or a stub with messages whose receipts are known.",
    "verdict": "Judge a recording: lost, doubled, wrong and late receipts.",
    "year": "Play a virtual year of exports and refunds, and audit it.",
}
