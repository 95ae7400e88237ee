"""The foreign-exchange gateway: banks and payment institutions report receipts and payments for trades."""
