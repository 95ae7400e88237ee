"""Recordings without the people in them: `single-window recording` scrubs them, and checks what is left."""
