"""What both ends of the card network's line agree upon: fields, frames, MACs, chip and PIN."""

# psec and pyemv need the cipher under its old name before they are used anywhere in this package.
import dure.kernel.cardnetwork.des  # noqa: F401
