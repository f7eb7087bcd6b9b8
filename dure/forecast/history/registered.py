"""At which shops a payment may earn: those that were registered at its instant."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dure.merchants.directory import ShopEntry, ShopStatus


class Registered:
    """The registry's standing of shops at many instants at once.

    Most shops are registered once and stay so; the others are asked one payment after another.
    """

    def __init__(self, shops: Mapping[int, ShopEntry]) -> None:
        self._shops = shops
        self._from_us = np.full(max(shops, default=0) + 1, 1 << 62, np.int64)
        for shop_id, shop in shops.items():
            starts_us, statuses = shop.periods
            if statuses[-1] is ShopStatus.REGISTERED:
                self._from_us[shop_id] = starts_us[-1]

    def at(self, shop: NDArray[np.int64], at_us: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each shop (its number) whether it might take the currency at the instant beside it.

        Raises KeyError for a shop that the registry does not know.
        """
        known = np.minimum(shop, len(self._from_us) - 1)
        found: NDArray[np.bool_] = at_us >= self._from_us[known]
        for row in np.flatnonzero(~found).tolist():
            status = self._shops[int(shop[row])].status_at(int(at_us[row]))
            found[row] = status is ShopStatus.REGISTERED
        return found
