"""The first page: balance, my rate now, the month's cap, the city's money, notices."""
