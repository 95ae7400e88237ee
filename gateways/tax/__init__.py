"""The tax gateway: assesses, reserves the guarantee, makes the bill (816), collects it, voids it on return (818)."""
