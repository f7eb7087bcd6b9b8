"""An act at the desk under way: its form, the look, who acts; and how one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.http import HttpRequest

from dure.authorization.reasons import DeclineReason
from dure.people.desk_log import Look
from dure.policy.audiences import Audience
from dure.web.shared.form_keys import key_for
from dure.web.shared.language import language_of_page
from dure.web.shared.refusals_told import tell_refusal

_TYPED_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Doing:
    """An act under way: the form, the look, who acts and the city's instant."""

    request: HttpRequest
    look: Look
    official: str
    at_us: int

    def key(self, purpose: str) -> bytes:
        """The key of this form for one purpose; raises FormKeyMissingError."""
        return key_for(self.request, f"desk:{self.official}:{self.look.member_id}", purpose)

    def typed(self, name: str) -> str:
        """A field of the form, cut to what any may hold."""
        return self.request.POST.get(name, "").strip()[:_TYPED_MAX]


class ActRefusedError(Exception):
    """Why an act was not done: the word that tells it, or a whole `sentence`."""

    def __init__(self, word: str, sentence: str = "") -> None:
        super().__init__(word)
        self.word, self.sentence = word, sentence


class DeskAct(NamedTuple):
    """An operation that gives the word for its success; some want the second factor anew."""

    do: Callable[[Doing], str]
    needs_proof: bool = False


def told(doing: Doing, reason: DeclineReason) -> ActRefusedError:
    """A refusal of the engine in the official's language."""
    refused = tell_refusal(reason, Audience.OFFICIAL, language_of_page(doing.request))
    return ActRefusedError("refused", f"{refused.happened} {refused.remedy}")
