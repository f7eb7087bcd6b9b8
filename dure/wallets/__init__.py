"""Members' purses and lots, their cards, and the limits by verified level."""
