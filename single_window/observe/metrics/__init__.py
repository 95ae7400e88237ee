"""Counts and times, and gives them to a scrape: one table, processes that add up, depths from the database."""
