"""Decisions that wait for a second officer."""
