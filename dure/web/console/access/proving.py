"""The second factor once more, before a signed step; what was asked for is then done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from dure.web.console.shell.addresses import console_root, with_return


def ask_for_proof(request: HttpRequest) -> HttpResponseBase:
    """The page that asks for the second factor and then repeats what was asked for."""
    return HttpResponseRedirect(with_return(f"{console_root(request)}/second-factor", request))
