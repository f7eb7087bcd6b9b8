"""What happened: payments found again, months in pictures, receipts, the yearly statement."""
