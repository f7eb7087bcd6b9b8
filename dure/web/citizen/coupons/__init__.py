"""Coupons: on offer and coming, claimed in a fair queue, held, used and lapsed."""
