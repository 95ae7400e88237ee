"""Judges recordings: compares them with an undisturbed run of the same messages, and with the expected outcomes."""
