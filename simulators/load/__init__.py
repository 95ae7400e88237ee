"""Puts load on any window over HTTP at a fixed rate, receives the receipts, and judges and reports the results."""
