"""The partner API: members, wallets, cards, charges and purchases as JSON over HTTP."""
