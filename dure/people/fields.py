"""A Django field for text that is sealed at rest."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models

from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of


@cache
def installed_sealer() -> Sealer:
    """The sealer of this installation, opened at its first use."""
    return sealer_of(KeyRing.open(home_directory()))


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text in Python, sealed bytes in the database; `purpose` is bound to the seal."""

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        """What was sealed; an empty value stays empty (a person who was refused)."""
        if value is None:
            return None
        return installed_sealer().open(bytes(value), self.purpose) if bytes(value) else ""

    def get_prep_value(self, value: Any) -> Any:
        """The text, sealed."""
        if value is None:
            return None
        return installed_sealer().seal(str(value), self.purpose)
