"""Published figures of a city: read from CSV files, checked row by row, known from a date on."""
