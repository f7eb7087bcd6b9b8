"""Tables as spreadsheets and decisions as PDF."""
