"""The card network's side: sockets, ISO 8583 messages, keys and response codes."""
