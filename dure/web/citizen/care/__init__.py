"""Lost, locked, under a guardian, without a telephone; complaints and their answers."""
