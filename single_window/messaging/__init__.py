"""Between our own processes the broker carries only ids of delivery rows and wakes consumers.

The database is the truth.
"""
