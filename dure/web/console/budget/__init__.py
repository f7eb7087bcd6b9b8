"""The budget's tree, and acts on it."""
