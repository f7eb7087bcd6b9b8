"""The districts of Incheon by administrative code, as they stood from 2018-07-01 to 2026-06-30.

Source: administrative district codes of the Ministry of the Interior and Safety; 남구 (28170)
was renamed 미추홀구 (28177) on 2018-07-01.
"""

from __future__ import annotations

from typing import Final

DISTRICT_NAMES: Final[dict[int, tuple[str, str]]] = {
    28110: ("중구", "Jung-gu"),
    28140: ("동구", "Dong-gu"),
    28177: ("미추홀구", "Michuhol-gu"),
    28185: ("연수구", "Yeonsu-gu"),
    28200: ("남동구", "Namdong-gu"),
    28237: ("부평구", "Bupyeong-gu"),
    28245: ("계양구", "Gyeyang-gu"),
    28260: ("서구", "Seo-gu"),
    28710: ("강화군", "Ganghwa-gun"),
    28720: ("옹진군", "Ongjin-gun"),
}
DISTRICT_CODES: Final[dict[str, int]] = {
    name: code for code, names in DISTRICT_NAMES.items() for name in (*names, str(code))
}
CITY: Final = 0
"""The scope of a rule that holds in the whole city."""
