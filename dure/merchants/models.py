"""Shops for pages that list and search; the tables are made by 0002_shops.sql."""

from __future__ import annotations

from django.db import models


class Shop(models.Model):
    """A shop of the registry; written by `dure.merchants.registry` alone."""

    shop_id = models.IntegerField(primary_key=True)
    shop_code = models.TextField(unique=True)
    business_number = models.TextField()
    name_ko = models.TextField()
    name_en = models.TextField()
    owner_name = models.TextField()
    sector = models.TextField()
    mcc = models.TextField()
    sales_band = models.SmallIntegerField()
    district = models.IntegerField()
    marks = models.SmallIntegerField()
    trade = models.SmallIntegerField()
    status = models.SmallIntegerField()
    address = models.TextField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "shop"


class ShopDecision(models.Model):
    """A decision about a shop, with the instants it was made and takes effect."""

    status_id = models.BigIntegerField(primary_key=True)
    shop = models.ForeignKey(Shop, on_delete=models.DO_NOTHING, related_name="decisions")
    decision = models.SmallIntegerField()
    decided_at = models.DateTimeField()
    effective_at = models.DateTimeField()
    reason = models.TextField()
    decided_by = models.TextField()

    class Meta:
        managed = False
        db_table = "shop_status"


class BenefitOffer(models.Model):
    """An instant discount which a shop offers and pays, from a day until before another."""

    offer_id = models.IntegerField(primary_key=True)
    shop = models.ForeignKey(Shop, on_delete=models.DO_NOTHING, related_name="offers")
    discount_bp = models.IntegerField()
    from_day = models.DateField()
    until_day = models.DateField(null=True)
    weekdays = models.SmallIntegerField()
    from_minute = models.SmallIntegerField()
    until_minute = models.SmallIntegerField()
    payment_won_min = models.IntegerField()
    month_won_max = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "benefit_offer"


class Terminal(models.Model):
    """A card terminal that stands in a shop."""

    terminal = models.TextField(primary_key=True)
    shop = models.ForeignKey(Shop, on_delete=models.DO_NOTHING, related_name="terminals")
    added_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "terminal"
