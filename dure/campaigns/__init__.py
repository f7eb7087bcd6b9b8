"""Campaigns: what the office gives later by published rules (lotteries, referrals, allowances)."""
