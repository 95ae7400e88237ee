"""Probes: calls that no traffic makes, enumerated from tables, each with the answer that a window must give."""
