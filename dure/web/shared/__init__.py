"""What all audiences share: words, amounts, charts, headers and error pages."""
