"""Members for pages that list and search; the tables are made by 0007_people.sql."""

from __future__ import annotations

from django.db import models

from dure.people.fields import SealedTextField
from dure.people.members import NAME_PURPOSE, PHONE_PURPOSE


class Member(models.Model):
    """A member; written by `dure.people.members` alone."""

    member_id = models.BigIntegerField(primary_key=True)
    public_id = models.UUIDField()
    status = models.SmallIntegerField()
    level = models.SmallIntegerField()
    district = models.IntegerField()
    birth_date = models.DateField()
    name = SealedTextField(db_column="name_sealed", purpose=NAME_PURPOSE)
    phone = SealedTextField(db_column="phone_sealed", purpose=PHONE_PURPOSE)
    joined_at_us = models.BigIntegerField()
    left_at_us = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "member"


class Consent(models.Model):
    """One line of the log of consents."""

    consent_id = models.BigIntegerField(primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.DO_NOTHING, related_name="consents")
    purpose = models.TextField()
    text_version = models.TextField()
    given = models.BooleanField()
    at_us = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "consent"
