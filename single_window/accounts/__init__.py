"""Who acts: accounts of officers, how they sign in, and which role has which right."""
