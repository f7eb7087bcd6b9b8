"""The registry of shops: application, approval, sales band, area, offers, terminals, history."""
