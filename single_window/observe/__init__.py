"""What those who run a window see: logs, metrics, liveness, what is late."""
