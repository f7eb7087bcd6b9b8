"""Dure runs a city's local currency: wallets, shops, incentives, budgets and exact books."""
