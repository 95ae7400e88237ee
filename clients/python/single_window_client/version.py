"""The version of the client, which is that of the window with which it is released."""

VERSION = "0.2.0"
