"""The registrar: companies apply for registration and file goods; officers decide, suspend and grade companies."""
