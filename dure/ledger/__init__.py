"""Double-entry books: accounts, one recipe per way money can move, and the invariants."""
