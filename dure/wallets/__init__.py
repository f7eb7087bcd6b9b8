"""Members' wallets around the engine: cards, top-ups, withdrawals, QR tokens, limits, history."""
