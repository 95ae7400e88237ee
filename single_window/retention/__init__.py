"""Deletes or masks what trades leave that ended, when its time is over."""
