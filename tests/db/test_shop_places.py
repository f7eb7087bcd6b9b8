"""Places of registered shops from a file: all of it at once, or every mistake with its line."""

from pathlib import Path

import psycopg
import pytest

from dure.merchants.command import main
from dure.merchants.importing import ImportRefusedError
from dure.merchants.placing import place_shops
from tests.engines import SHOP_JUNGGU, SHOP_SEOGU, seed_city

HEADING = "shop_code,latitude,longitude"


def _places(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT shop_code, latitude, longitude FROM shop WHERE latitude IS NOT NULL ORDER BY 1"
    ).fetchall()


def test_it_takes_places_over_and_says_how_many_moved(db_url: str) -> None:
    seed_city(db_url)
    lines = [HEADING, f"{SHOP_JUNGGU},37.4563,126.7052", "", f"{SHOP_SEOGU}, 37.5, 126.65"]
    with psycopg.connect(db_url, autocommit=True) as connection:
        assert place_shops(connection, lines) == 2
        assert _places(connection) == [(SHOP_JUNGGU, 37.4563, 126.7052), (SHOP_SEOGU, 37.5, 126.65)]
        assert place_shops(connection, lines) == 0


def test_it_takes_nothing_over_from_a_file_with_mistakes(db_url: str) -> None:
    seed_city(db_url)
    lines = [
        HEADING, f"{SHOP_JUNGGU},37.4563,126.7052", f"{SHOP_JUNGGU},37.4,126.7",
        f"{SHOP_SEOGU},126.65,37.5", "x,nan,1", "x,1e400,1", "x,1", "NOSHOP000000000,37.4,126.7",
    ]  # fmt: skip
    with psycopg.connect(db_url, autocommit=True) as connection:
        with pytest.raises(ImportRefusedError) as refused:
            place_shops(connection, lines)
        found = [(mistake.line, mistake.column) for mistake in refused.value.mistakes]
        assert found == [
            (3, "shop_code"), (4, "latitude"), (5, "latitude"), (6, "latitude"), (7, "line"),
        ]  # fmt: skip
        with pytest.raises(ImportRefusedError, match="not registered"):
            place_shops(connection, [HEADING, "NOSHOP000000000,37.4,126.7"])
        with pytest.raises(ImportRefusedError, match="heading"):
            place_shops(connection, ["code,x,y"])
        assert _places(connection) == []


def test_it_is_a_command(db_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed_city(db_url)
    file = tmp_path / "places.csv"
    file.write_text(f"\ufeff{HEADING}\n{SHOP_JUNGGU},37.4563,126.7052\n", encoding="utf-8")
    assert main(["places", str(file)]) == 0
    assert "1 shops" in capsys.readouterr().out
    file.write_text(f"{HEADING}\n{SHOP_JUNGGU},7,126\n", encoding="utf-8")
    assert main(["places", str(file)]) == 1
    assert "places.csv:2: latitude" in capsys.readouterr().err
