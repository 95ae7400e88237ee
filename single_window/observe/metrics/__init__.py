"""What is counted and timed, and how a scrape gets it: one table, processes that add up, depths from the database."""
