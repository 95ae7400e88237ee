"""Probes: messages that no traffic sends, each with the answer that a window must give."""
