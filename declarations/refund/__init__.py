"""Export tax refund: treatment of exports, amounts, deadlines, reasons. Pure functions by dated law."""
