"""What operators of a window see: logs, metrics, liveness, what is late."""
