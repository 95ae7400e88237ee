"""Parked messages 异常报文: why they stopped, and sending them again."""
