"""Summaries at customs: requests claim closed export lists, which are merged by month into declarations."""
