"""Recordings of sandboxes: what came in, what officers did, what went out, in one file; played again from there."""
