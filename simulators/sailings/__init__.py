"""Ships that take parcels to Korea in a virtual year."""
