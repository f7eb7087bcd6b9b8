"""Members and shops as pages read them, through Django."""

from __future__ import annotations

from datetime import date, timedelta

from dure.people.changes import leave
from dure.people.members import find_by_phone, join
from dure.wallets.charging import Till
from tests.engines import BEGUN_US, SHOP_PLUS, SHOP_SUSPENDED, new_key


def test_they_show_a_member_whose_name_is_sealed(till: Till) -> None:
    from dure.people.fields import installed_sealer
    from dure.people.models import Consent, Member

    member = join(
        till.connection, till.ask, installed_sealer(), key=new_key(), name="견본 회원",
        phone="010-1234-5678", birth_date=date(1990, 1, 1), district=28260,
        consents={"terms": "1", "privacy": "1"}, at_us=BEGUN_US,
    )  # fmt: skip
    shown = Member.objects.get(public_id=member.public_id)
    assert (shown.name, shown.phone, shown.level) == ("견본 회원", "+821012345678", 2)
    assert sorted(shown.consents.values_list("purpose", flat=True)) == ["privacy", "terms"]
    assert Consent.objects.count() == 2
    leave(
        till.connection, till.ask, key=new_key(), member_id=member.member_id,
        at_us=BEGUN_US + timedelta(days=1) // timedelta(microseconds=1),
    )  # fmt: skip
    assert find_by_phone(till.connection, installed_sealer(), "010-1234-5678") is None
    assert Member.objects.get(pk=member.member_id).status == 3


def test_they_show_a_shop_with_its_history_and_offers(till: Till) -> None:
    from dure.merchants.models import Shop

    suspended = Shop.objects.get(shop_code=SHOP_SUSPENDED)
    assert list(suspended.decisions.order_by("pk").values_list("decision", flat=True)) == [2, 4]
    assert suspended.status == 4
    plus = Shop.objects.get(shop_code=SHOP_PLUS)
    assert plus.offers.get().discount_bp == 500
