"""Exports: which mode is open where, which channel takes a list, what its documents must agree on, what may return."""
