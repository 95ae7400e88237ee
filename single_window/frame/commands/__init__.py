"""The base of commands: the acting person, the connection to a window, the printing of lists."""
