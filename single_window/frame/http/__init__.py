"""What every HTTP call shares: who calls, with which rights, how bodies are read and how failures are answered."""
