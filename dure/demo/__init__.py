"""A synthetic city from published distributions, and its card traffic."""
