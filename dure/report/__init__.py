"""What the books say, for people: the live city, the local economy, the auditor's pack."""
