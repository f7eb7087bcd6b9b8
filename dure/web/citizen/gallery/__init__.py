"""Every page and part in every state, for tests and for who carries the house."""
