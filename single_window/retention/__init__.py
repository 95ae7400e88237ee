"""What is deleted or masked of trades that ended, and when."""
