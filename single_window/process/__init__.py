"""Processes: their roles, starting, serving, restarting and supervision, and the lock on their data."""
