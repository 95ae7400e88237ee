"""Views after a scenario: the answers of calls and the texts of pages, and whether they are as known."""
