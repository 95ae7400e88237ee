"""The HTTP server below the application: connections, bodies and their limits, threads."""
