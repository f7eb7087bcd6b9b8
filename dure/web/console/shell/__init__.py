"""What every page of the console stands in: who may, the frame, signed steps."""
