"""The city's page: the live state of the currency, for everybody."""
