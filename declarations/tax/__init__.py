"""Tax in whole fen: retail import and parcels. Every amount carries its working as numbers; words come later."""
