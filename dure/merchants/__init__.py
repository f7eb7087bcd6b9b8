"""The registry of shops: application, approval, sector, sales band, area and offers."""
