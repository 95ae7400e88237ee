"""Outcomes that a test forces: triggers, ready-made scenarios, and what they do to lists, receipts and calls."""
