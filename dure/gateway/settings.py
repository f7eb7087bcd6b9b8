"""What a gateway is told: limits and patience, each with its unit."""

from __future__ import annotations

from dataclasses import dataclass, field

MINUTE_US = 60 * 1_000_000
DAY_US = 86_400 * 1_000_000


def _hold_days() -> dict[str, int]:
    return {"06": 30}


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Times in seconds of the world's clock where they end in _s, in the city's where in _us.

    `code_required`: whether a payment by number alone must carry the card's code or a PIN.
    `engine_patience_s` is how long a message waits for the engine before it is answered 91.
    A terminal's time is taken when it lies at most `ahead_us` after our clock and at most
    `behind_us` before it (`advice_behind_us` for an advice); otherwise ours is.
    `hold_days_by_condition` says by field 25 how long a hold lasts, `hold_days` otherwise.
    """

    mac_required: bool = True
    code_required: bool = True
    connections_max: int = 256
    in_flight_max: int = 2_000
    strikes_max: int = 10
    engine_patience_s: float = 4.0
    frame_patience_s: float = 10.0
    sign_on_patience_s: float = 30.0
    idle_patience_s: float = 600.0
    write_patience_s: float = 30.0
    stop_patience_s: float = 10.0
    old_keys_s: float = 60.0
    card_keys_max: int = 200_000
    ahead_us: int = 5 * MINUTE_US
    behind_us: int = 15 * MINUTE_US
    advice_behind_us: int = 7 * DAY_US
    hold_days: int = 1
    hold_days_by_condition: dict[str, int] = field(default_factory=_hold_days)
