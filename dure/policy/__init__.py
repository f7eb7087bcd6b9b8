"""What the city promises: dated rule documents evaluated purely into incentives."""
