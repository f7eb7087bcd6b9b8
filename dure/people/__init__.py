"""Members as people: joining from fourteen on, consent, residence, sealed personal data."""
