"""Cards: virtual at once, of plastic by post, registered, blocked, lost, closed; their faces."""
