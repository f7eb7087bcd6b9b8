"""The budget tree: who gave which line money, when it may be spent, what became of it."""
