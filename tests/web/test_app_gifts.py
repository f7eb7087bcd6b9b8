"""Gifts and donations in the app: sent to a number, taken, taken back, and nothing told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dure.authorization.requests import Charge, Purchase
from dure.jobs.desk import Desk, city_clock
from dure.jobs.gifts import return_gifts, tell_gifts
from dure.people.fields import installed_sealer
from dure.people.gift_limits import GIFT_WON_MAX, GiftLimit, set_gift_limit
from dure.people.members import Member
from dure.people.notices import notices_of
from dure.people.sms import SimulatedSmsCentre
from dure.wallets.donations import Fund, close_fund, name_fund
from dure.wallets.simulated_bank import SimulatedBank
from dure.wallets.standing import room_to_charge
from dure.web.citizen.shell.frame import forget_clock
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

if TYPE_CHECKING:
    from django.test import Client

ANNS, BENS, NOBODYS = "010-0000-0001", "010-0000-0002", "010-0000-0003"
FOUR_DAYS_US = 4 * 86_400 * 1_000_000


@pytest.fixture(autouse=True)
def one_home(web_home: Path) -> Iterator[None]:
    """Pages and worker seal with the keys of one home."""
    installed_sealer.cache_clear()
    yield
    installed_sealer.cache_clear()


@pytest.fixture
def ann(city: RunningEngine, connection: Connection) -> Member:
    """A member with 300,000 won."""
    found = join(city, connection, phone=ANNS)
    charge(city, found, 300_000)
    return found


@pytest.fixture
def ben(city: RunningEngine, connection: Connection) -> Member:
    return join(city, connection, phone=BENS, name="박두레")


def charge(city: RunningEngine, member: Member, won: int) -> None:
    request = Charge(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=won
    )
    assert city.ask(request).approved


def once(client: Client, path: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f]{32})"', client.get(path).content.decode())
    assert found is not None, path
    return found[1]


def send(client: Client, phone: str = BENS, amount: str = "30,000", **more: str) -> Any:
    fields = {"phone": phone, "amount": amount, "words": "생일 축하해, 앤이", **more}
    fields.setdefault("once", once(client, "/app/gifts/send"))
    return client.post("/app/gifts/send", fields)


def work(city: RunningEngine, connection: Connection, job: Any, *, later_us: int = 0) -> None:
    """What the worker does, now or later."""

    class Later:
        def now_us(self) -> int:
            return city_clock(connection).now_us() + later_us

    clock = Later()
    bank = SimulatedBank(connection, clock)
    job(Desk(connection, bank, city.ask, clock, stopping=lambda: False))


def charged(connection: Connection, member: Member) -> int:
    row = connection.execute(
        "SELECT charged_won FROM wallet WHERE member_id = %s", (member.member_id,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_what_waits_counts_as_held_where_more_is_charged(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    phone = sign_in(connection, ann.member_id)
    assert "그중 상대가 아직 받지 않은 선물" not in phone.get("/app/charge").content.decode()
    before = room_to_charge(connection, ann.member_id, BEGUN_US)
    send(phone, amount="30,000")
    after = room_to_charge(connection, ann.member_id, BEGUN_US)
    assert before is not None
    assert after is not None
    assert before.may_charge_won == after.may_charge_won, "a gift makes no room"
    assert "그중 상대가 아직 받지 않은 선물" in phone.get("/app/charge").content.decode()


def test_it_is_sent_told_taken_and_told_again(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    anns, bens = (sign_in(connection, one.member_id) for one in (ann, ben))
    sent = send(anns)
    assert sent.status_code == 302
    page = anns.get(sent.url).content.decode()
    assert "받기를 기다립니다" in page
    assert "30,000원" in page
    work(city, connection, tell_gifts)
    (text,) = SimulatedSmsCentre(connection).received(BENS)
    assert "30,000원 선물" in text.text
    assert "앤" not in text.text
    (notice,) = notices_of(connection, ben.member_id)
    assert notice.kind == "gift-came"
    waiting = bens.get("/app/gifts").content.decode()
    assert "생일 축하해, 앤이" in waiting
    assert ANNS not in waiting
    assert "김두레" not in waiting
    path = re.search(r'action="(/app/gifts/[0-9]+/take)"', waiting)
    assert path is not None
    key = once(bens, "/app/gifts")
    for _ in range(2):  # A double tap.
        answer: Any = bens.post(path[1], {"once": key})
        assert answer.url == "/app/gifts"
    assert (charged(connection, ann), charged(connection, ben)) == (270_000, 30_000)
    assert (
        "받은 분" in anns.get(sent.url).content.decode()
        or "받았습니다" in anns.get(sent.url).content.decode()
    )
    work(city, connection, tell_gifts)
    assert notices_of(connection, ann.member_id)[0].kind == "gift-taken"


def test_a_number_without_a_member_is_answered_alike_and_the_money_comes_back(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    client = sign_in(connection, ann.member_id)
    pages = []
    for phone in (BENS, NOBODYS):
        page = client.get(send(client, phone=phone).url).content.decode()
        unlike = r"010-0000-000[23]|value=.[A-Za-z0-9]{32,64}.|/[0-9]+|>[0-9]+<"
        pages.append(re.sub(unlike, "", page))
    assert pages[0] == pages[1]
    assert charged(connection, ann) == 240_000
    work(city, connection, return_gifts, later_us=FOUR_DAYS_US)
    work(city, connection, tell_gifts)
    assert charged(connection, ann) == 300_000
    kinds = {notice.kind for notice in notices_of(connection, ann.member_id)}
    assert kinds == {"gift-returned"}


def test_whoever_joins_with_the_number_finds_the_gift(
    city: RunningEngine, connection: Connection, ann: Member
) -> None:
    send(sign_in(connection, ann.member_id), phone=NOBODYS)
    late = join(city, connection, phone=NOBODYS, name="최두레")
    assert "30,000원 받기" in sign_in(connection, late.member_id).get("/app/gifts").content.decode()


def test_it_is_taken_back_before_it_is_taken_and_not_after(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    anns, bens = (sign_in(connection, one.member_id) for one in (ann, ben))
    path = send(anns).url
    key = once(bens, "/app/gifts") if "once" in bens.get("/app/gifts").content.decode() else ""
    back: Any = anns.post(f"{path}/back", {"once": once(anns, path)})
    assert back.url == path
    assert charged(connection, ann) == 300_000
    assert "돌아왔습니다" in anns.get(path).content.decode()
    bens.post(f"{path}/take", {"once": key})
    assert charged(connection, ben) == 0


def test_nobody_takes_or_sees_a_gift_of_another_number(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    anns = sign_in(connection, ann.member_id)
    path = send(anns, phone=NOBODYS).url
    bens = sign_in(connection, ben.member_id)
    assert bens.get(path).status_code == 404
    assert bens.post(f"{path}/take", {"once": "0" * 32}).status_code == 404
    assert bens.post(f"{path}/back", {"once": "0" * 32}).status_code == 404
    assert anns.post(f"{path}/take", {"once": "0" * 32}).status_code == 404
    assert charged(connection, ann) == 270_000


def test_a_receiver_over_the_limit_is_told_and_takes_it_after_spending(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    charge(city, ben, 1_980_000)
    path = send(sign_in(connection, ann.member_id)).url
    bens = sign_in(connection, ben.member_id)
    bens.post(f"{path}/take", {"once": once(bens, "/app/gifts")})
    assert "가질 수 있는 돈을 넘습니다" in bens.get("/app/gifts").content.decode()
    assert notices_of(connection, ben.member_id)[0].kind == "gift-waits"
    pay = Purchase(
        key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=50_000,
        channel=2, member_id=ben.member_id,
    )  # fmt: skip
    assert city.ask(pay).approved
    bens.post(f"{path}/take", {"once": once(bens, "/app/gifts")})
    assert charged(connection, ben) == 1_960_000


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"phone": "02-123-4567"}, "휴대전화 번호를 적으세요"),
        ({"phone": ANNS}, "내 번호로는"),
        ({"amount": "0"}, "1원부터"),
        ({"amount": str(GIFT_WON_MAX + 1)}, "1원부터"),
        ({"amount": "-5"}, "1원부터"),
        ({"words": "가" * 61}, "60자까지"),
        ({"words": "가\n나"}, "60자까지"),
    ],
)
def test_it_says_what_is_wrong_with_a_form(
    connection: Connection, ann: Member, fields: dict[str, str], said: str
) -> None:
    answer = send(sign_in(connection, ann.member_id), **fields)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert charged(connection, ann) == 300_000


def test_the_same_form_twice_sends_one_gift_and_never_another(
    connection: Connection, ann: Member
) -> None:
    client = sign_in(connection, ann.member_id)
    key = once(client, "/app/gifts/send")
    assert send(client, once=key).url == send(client, once=key).url
    assert send(client, once=key, amount="1,000").url == "/app/gifts/send"
    assert charged(connection, ann) == 270_000


def test_what_the_purse_lacks_is_not_sent(connection: Connection, ann: Member) -> None:
    client = sign_in(connection, ann.member_id)
    page = client.get(send(client, amount="300,001").url).content.decode()
    assert "보내지 못했습니다" in page
    assert "충전금이 모자라" in page
    assert charged(connection, ann) == 300_000


def test_it_asks_for_the_payment_pin_before_it_sends(connection: Connection, ann: Member) -> None:
    client = sign_in(connection, ann.member_id, proved=False)
    assert send(client).status_code == 200
    assert charged(connection, ann) == 300_000


def test_one_number_is_not_sent_gifts_without_end(connection: Connection, ann: Member) -> None:
    client = sign_in(connection, ann.member_id)
    answers = [send(client, amount="1").status_code for _ in range(11)]
    assert answers == [302] * 10 + [400]


def test_a_donation_goes_to_a_named_fund_and_has_a_receipt(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    client = sign_in(connection, ann.member_id)
    assert "기금이 없습니다" in client.get("/app/donate").content.decode()
    name_fund(connection, Fund(3, "아이 밥상 기금", "Children's meals", "쓰임", "Use", 0))
    key = once(client, "/app/donate")
    fields = {"once": key, "fund": "3", "purse": "charged", "amount": "5,000"}
    answers: list[Any] = [client.post("/app/donate", fields) for _ in range(2)]
    given = [answer.url for answer in answers]
    assert given[0] == given[1]
    assert charged(connection, ann) == 295_000
    receipt = client.get(given[0]).content.decode()
    assert "아이 밥상 기금" in receipt
    assert "5,000원" in receipt
    assert sign_in(connection, ben.member_id).get(given[0]).status_code == 404
    english = client.get("/en/app/donate").content.decode()
    assert "Children&#x27;s meals" in english
    assert "₩5,000 so far" in english


def test_a_donation_that_cannot_be_made_says_why(
    city: RunningEngine, connection: Connection, ann: Member
) -> None:
    name_fund(connection, Fund(3, "기금", "Fund", "쓰임", "Use", 0))
    client = sign_in(connection, ann.member_id)

    def give(fund: str, purse: str, amount: str) -> tuple[int, str]:
        fields = {"fund": fund, "purse": purse, "amount": amount}
        answer = client.post("/app/donate", {"once": once(client, "/app/donate"), **fields})
        return answer.status_code, answer.content.decode()

    assert give("4", "charged", "5")[0] == 400
    assert give("3", "charged", "x")[0] == 400
    status, page = give("3", "cashback", "5")
    assert status == 409
    assert "돈이 모자랍니다" in page
    close_fund(connection, 3, at_us=0)
    assert "기금이 없습니다" in client.get("/app/donate").content.decode()
    assert charged(connection, ann) == 300_000


def test_what_waits_for_a_gift_is_told_where_money_is_paid_back(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    anns, bens = (sign_in(connection, one.member_id) for one in (ann, ben))
    send(anns)
    assert "보낸 선물 30,000원은" in anns.get("/app/withdraw").content.decode()
    path = re.search(r'action="(/app/gifts/[0-9]+/take)"', bens.get("/app/gifts").content.decode())
    assert path is not None
    bens.post(path[1], {"once": once(bens, "/app/gifts")})
    charge(city, ben, 50_000)
    assert "먼저 쓰입니다" not in bens.get("/app/withdraw").content.decode(), "unused: paid back"
    connection.execute(
        "UPDATE city_clock SET started_at_us = started_at_us + %s", (2 * FOUR_DAYS_US,)
    )
    forget_clock()
    page = bens.get("/app/withdraw").content.decode()
    assert "선물로 받은 30,000원이 먼저 쓰입니다. 그 뒤에 충전한 50,000원은" in page
    assert "보낸 선물" not in anns.get("/app/withdraw").content.decode()
    forget_clock()


def test_the_citys_dated_limit_holds_and_is_told(
    city: RunningEngine, connection: Connection, ann: Member, ben: Member
) -> None:
    anns = sign_in(connection, ann.member_id)
    assert "한 번에 500,000원까지 보낼 수 있고, 3일 안에" in anns.get("/app/gifts").content.decode()
    now_us = city_clock(connection).now_us()
    later = GiftLimit(now_us + FOUR_DAYS_US, 1, 1, "later")
    set_gift_limit(connection, GiftLimit(now_us, 20_000, 1, "notice 1"), now_us=now_us)
    set_gift_limit(connection, later, now_us=now_us)
    assert "20,000원까지 보낼 수 있고, 1일 안에" in anns.get("/app/gifts/send").content.decode()
    refused = send(anns, amount="20,001")
    assert refused.status_code == 400
    assert "1원부터 20,000원까지" in refused.content.decode()
    assert send(anns, amount="20,000").status_code == 302
    row = connection.execute("SELECT until_us - written_at_us FROM gift_letter").fetchone()
    assert row == (FOUR_DAYS_US // 4,)
    with pytest.raises(ValueError, match=str(now_us)):
        set_gift_limit(connection, GiftLimit(now_us, 1, 1, ""), now_us=now_us + 1)
