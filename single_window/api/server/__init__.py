"""The HTTP server that runs the application: connections, bodies and their limits, threads."""
