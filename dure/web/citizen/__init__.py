"""The citizen's app: join, pay, charge, see why; below /app/ in Korean and /en/app/ in English."""
