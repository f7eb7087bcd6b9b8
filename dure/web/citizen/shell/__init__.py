"""What every page of the app stands in: who is signed in, the frame, and one effect for one tap."""
