"""What officials of the city and its districts work with, one folder per room."""
