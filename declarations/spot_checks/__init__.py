"""Quality and safety spot checks (质量安全抽查): plans, draws, laboratory reports."""
