"""Seo-gu's money of 2019, spent again by a synthetic population of the district's size."""
