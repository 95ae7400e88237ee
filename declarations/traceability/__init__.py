"""Traceability and recalls (追溯、召回): trace codes, and the duties of whoever recalls goods."""
