"""Korea's customs as somebody outside plays it: what it tells of parcels, with troubles."""
