"""Scenario files: who sends what when, what the clock does, who decides, and what must come of it; read and played."""
