"""The refund desk of the tax office: purchase invoices, claims, review, payment, reconciliation and repayment."""
