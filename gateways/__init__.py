"""Simulated agencies, one package each. A gateway handles a batch of payloads with a desk (see `desk`).

Imports `declarations` and `schemas`; has no access to database or broker.
"""

PART_OF = "cross-border-single-window"
"""The distribution, by which the command line recognises the package where another has the same name."""
