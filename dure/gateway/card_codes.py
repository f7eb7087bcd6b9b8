"""The code of a card at a shop that sees no chip: checked here, and not guessed by trying."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from dure.gateway.response_codes import Refusal, RefusedError
from dure.kernel.cardnetwork import private_data
from dure.kernel.cardnetwork.card_codes import is_card_code

TAG: Final = "CV"
"""The tag of field 48 in which a request carries the code."""
_WITHOUT_CHIP: Final = ("01", "10", "81")
"""How field 22 begins where the number was typed in, lay on file, or came over the internet."""
WRONG_MAX: Final = 5
WRONG_KEPT_S: Final = 3600.0
_CARDS_MAX: Final = 10_000


class CodeDesk:
    """Checks codes; after WRONG_MAX wrong ones for a card within an hour it takes none for it, not
    the right one either, until an hour after the last wrong one. Counted in this process alone."""

    __slots__ = ("_key", "_now_s", "_wrong")

    def __init__(self, key: bytes, now_s: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._now_s = now_s
        self._wrong: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def check(self, fields: dict[str, str], pan: str, token: bytes, expires_yymm: int) -> None:
        """Takes a message that carries no code, or the right one. Raises RefusedError."""
        code = _code_in(fields)
        if code is None:
            return
        count, last_s = self._wrong.get(token, (0, 0.0))
        if count and self._now_s() - last_s > WRONG_KEPT_S:
            count = 0
        if count < WRONG_MAX and is_card_code(self._key, pan, expires_yymm, code):
            self._wrong.pop(token, None)
            return
        if count < WRONG_MAX:
            self._wrong[token] = (count + 1, self._now_s())
            self._wrong.move_to_end(token)
            if len(self._wrong) > _CARDS_MAX:
                self._wrong.popitem(last=False)
        raise RefusedError(Refusal.CARD_CODE_WRONG)


def _code_in(fields: dict[str, str]) -> str | None:
    """The code that the message carries; what an acquirer else puts in field 48 is left aside."""
    if "48" not in fields or not fields.get("22", "").startswith(_WITHOUT_CHIP):
        return None
    try:
        return private_data.read(fields["48"]).get(TAG)
    except private_data.PrivateDataUnreadableError:
        return None
