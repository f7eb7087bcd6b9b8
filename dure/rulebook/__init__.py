"""Which rule holds when, and how a draft becomes a published version."""
