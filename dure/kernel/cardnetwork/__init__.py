"""What both ends of the card network's line agree upon: fields, frames, MACs, chip and PIN."""
