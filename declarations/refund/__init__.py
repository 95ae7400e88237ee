"""Export tax refund: which treatment an export has, what is paid for it, until when, and why. Pure, by dated law."""
