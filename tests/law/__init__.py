"""Known answers of the law: tables of cases with the answers that are known, and one runner for each kind of table."""
