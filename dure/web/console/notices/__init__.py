"""What citizens are told of rules."""
