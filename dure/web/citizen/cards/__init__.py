"""Cards: asked for, received, registered, blocked, replaced."""
