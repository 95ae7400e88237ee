"""Tables from CSV files: participants, goods, guarantees, stock, rates; checked whole, then taken in one commit."""
