"""Tax of retail imports and of parcels, in whole fen, with the numbers of each calculation."""
