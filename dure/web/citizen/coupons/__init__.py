"""Coupons: on offer, claimed in a fair queue, held; the home shelf of benefit-plus shops."""
