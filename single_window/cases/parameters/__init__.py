"""Dated values in force in a sandbox; changing one that is ours to change is a decision."""
