"""Alarms: a line's money will or may end before the day until which it is meant to last.

An alarm opens when a forecast moves the interval before the planned end, and ends with the first
forecast that moves it back. Needs the database alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.forecast.results import Forecast, LineForecast

MAY_BP: Final = 500
LIKELY_BP: Final = 5_000


class AlarmCode(StrEnum):
    """How grave it is: the money ends early in half of the futures or more, or in more than a
    twentieth: then the 90% interval begins before the planned end."""

    ENDS_EARLY = "ends_early"
    MAY_END_EARLY = "may_end_early"


class Alarm(NamedTuple):
    """An alarm of a line. `since_us` is when it began, `told_us` when the last forecast confirmed
    it, `ended_us` when one did not; all the city's time. `seen_by`: who has taken note of it."""

    alarm_id: int
    line_id: int
    line_code: str
    code: AlarmCode
    since_us: int
    told_us: int
    ended_us: int | None
    work_id: int
    korean: str
    english: str
    seen_by: str | None
    seen_us: int | None


_READ: Final = """
SELECT a.alarm_id, a.line_id, b.code, a.code, a.since_us, a.told_us, a.ended_us, a.work_id,
  a.korean, a.english, a.seen_by, a.seen_us
FROM foresight_alarm a JOIN budget_line b USING (line_id)
"""
_OPEN: Final = f"{_READ} WHERE a.ended_us IS NULL ORDER BY a.code, a.since_us, a.line_id"
_EVER: Final = f"{_READ} ORDER BY a.alarm_id DESC LIMIT %s"
_END_OTHERS: Final = """
UPDATE foresight_alarm SET ended_us = greatest(%(at_us)s, since_us)
WHERE line_id = %(line_id)s AND ended_us IS NULL AND code IS DISTINCT FROM %(code)s
"""
_RAISE: Final = """
INSERT INTO foresight_alarm (line_id, code, since_us, told_us, work_id, korean, english)
VALUES (%(line_id)s, %(code)s, %(at_us)s, %(at_us)s, %(work_id)s, %(korean)s, %(english)s)
ON CONFLICT (line_id) WHERE ended_us IS NULL DO UPDATE SET
  told_us = excluded.told_us, work_id = excluded.work_id,
  korean = excluded.korean, english = excluded.english
"""
_SEE: Final = """
UPDATE foresight_alarm SET seen_by = %s, seen_us = %s
WHERE alarm_id = %s AND seen_by IS NULL RETURNING alarm_id
"""
_LOCK: Final = "LOCK TABLE foresight_alarm IN SHARE ROW EXCLUSIVE MODE"
_LAST_TOLD: Final = "SELECT coalesce(max(told_us), 0) FROM foresight_alarm"


def alarms(connection: Connection[Any]) -> list[Alarm]:
    """The alarms that are open now, the gravest and oldest first."""
    return [_alarm(row) for row in connection.execute(_OPEN)]


def alarms_ever(connection: Connection[Any], count: int = 100) -> list[Alarm]:
    """The alarms that were raised last, newest first, with those that have ended."""
    return [_alarm(row) for row in connection.execute(_EVER, (count,))]


def see(connection: Connection[Any], alarm_id: int, by: str, at_us: int) -> bool:
    """Notes who has taken note of an alarm; False when somebody had."""
    return connection.execute(_SEE, (by, at_us, alarm_id)).fetchone() is not None


def note(connection: Connection[Any], forecast: Forecast, work_id: int) -> list[Alarm]:
    """Raises, confirms and ends the alarms of the lines of a forecast; gives those open then.

    A forecast that is older than one that was noted changes nothing.
    """
    with connection.transaction():
        connection.execute(_LOCK)
        row = connection.execute(_LAST_TOLD).fetchone()
        if row is None or row[0] <= forecast.as_of_us:
            for line in forecast.lines:
                _note_line(connection, line, forecast.as_of_us, work_id)
    return alarms(connection)


def code_of(line: LineForecast) -> AlarmCode | None:
    """The alarm that a line's forecast calls for; None when it lasts."""
    if line.run_out.before_end_bp >= LIKELY_BP:
        return AlarmCode.ENDS_EARLY
    return AlarmCode.MAY_END_EARLY if line.run_out.before_end_bp > MAY_BP else None


def _note_line(connection: Connection[Any], line: LineForecast, at_us: int, work_id: int) -> None:
    code = code_of(line)
    named = {"line_id": line.line_id, "code": code, "at_us": at_us, "work_id": work_id}
    connection.execute(_END_OTHERS, named)
    if code is not None:
        korean, english = sentences(line, code)
        connection.execute(_RAISE, named | {"korean": korean, "english": english})


def sentences(line: LineForecast, code: AlarmCode) -> tuple[str, str]:
    """What the alarm says, and what to do about it, in Korean and English."""
    out = line.run_out
    low = out.low50 if code is AlarmCode.ENDS_EARLY else out.low90
    high = out.high50 if code is AlarmCode.ENDS_EARLY else out.high90
    of_ten = "절반" if code is AlarmCode.ENDS_EARLY else "열에 아홉"
    part = "half" if code is AlarmCode.ENDS_EARLY else "nine tenths"
    until_ko = f"{high} 사이" if high else "예정일 뒤까지"
    until_en = f"and {high}" if high else "and after the planned day"
    percent = f"{out.before_end_bp / 100:.0f}%"
    return (
        f"{line.name_ko}: 예정일 {line.planned_end} 전에 돈이 떨어질 가능성이 {percent}입니다"
        f"({of_ten}은 {low}부터 {until_ko}). 요율을 낮추는 안을 견주거나 추경·이용을 검토하세요.",
        f"{line.name_en}: the money ends before {line.planned_end} in {percent} of the futures "
        f"({part} of them between {low} {until_en}); compare plans with lower rates, or bring "
        "more money",
    )


def _alarm(row: tuple[Any, ...]) -> Alarm:
    alarm = Alarm._make(row)
    return alarm._replace(code=AlarmCode(alarm.code))
