"""The tax gateway: assesses lists, reserves guarantees, makes bills (816), collects and voids them (818)."""
