"""The frame of HTTP calls: who calls, with which rights, how bodies are read and how failures are answered."""
