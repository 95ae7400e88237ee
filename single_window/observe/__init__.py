"""The view of operators on a window: logs, metrics, liveness, what is late."""
