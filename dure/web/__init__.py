"""Pages and the partners' API, one folder per audience."""
