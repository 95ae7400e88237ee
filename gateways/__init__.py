"""Simulated agencies, one package each. A gateway handles a batch of payloads with a desk (see `desk`).

Imports `declarations` and `schemas`; has no access to database or broker.
"""
