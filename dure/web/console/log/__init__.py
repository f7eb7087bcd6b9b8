"""Who did what: rules, budget, accounts."""
