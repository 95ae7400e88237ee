"""Market supervision and commerce: licences as of a day, filings of foreign-trade operators, months of pilot zones."""
