"""The port: what terminals tell of containers, in which order it can be, and what contradicts itself. Pure."""
