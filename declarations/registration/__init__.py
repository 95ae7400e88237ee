"""Registration of companies, their credit grades and the filing of their goods: what may be, by the law of the day."""
