"""botocore's sessions while an offline AWS runs: none looks for credentials of the machine.

A session that was made before may have a profile. Its credentials would come from a program, a
sign-on or the network as soon as a client is made of it.

What botocore works out anew for each client and each call, though it is always the same, is kept.
It is nothing beside a round trip to AWS, and a fifth of a call that has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache, lru_cache
from typing import Any
from unittest.mock import patch

import botocore.httpsession
import botocore.session
import botocore.useragent
from botocore.client import BaseClient
from botocore.credentials import Credentials, EnvProvider
from botocore.hooks import EventAliaser
from botocore.loaders import create_loader
from botocore.session import Session
from botocore.tokens import FrozenAuthToken

# Every environment begins with a new session, and reading the descriptions of the services again
# would take most of the time in which it makes its first client.
_kept_loader = cache(create_loader)
_kept_word = lru_cache(1024)(botocore.useragent.sanitize_user_agent_string_component)
# Nothing is sent from inside, so that no client brings certificates of its own into it.
_kept_context = cache(botocore.httpsession.create_urllib3_context)


@contextmanager
def offline_sessions(attach: Callable[[BaseClient], object]) -> Iterator[None]:
    """Give every session offline credentials, and every client that it makes to ``attach``."""
    create_client = Session.create_client

    def create(session: Session, *arguments: Any, **named: Any) -> Any:
        client = create_client(session, *arguments, **named)
        attach(client)
        return client

    with (
        patch.object(Session, "create_client", create),
        patch.object(Session, "get_credentials", _credentials),
        patch.object(Session, "get_auth_token", _token),
        patch.object(botocore.session, "create_loader", _kept_loader),
        patch.object(botocore.useragent, "sanitize_user_agent_string_component", _kept_word),
        patch.object(botocore.httpsession, "create_urllib3_context", _kept_context),
        patch.object(EventAliaser, "__copy__", _copied_with_names),
    ):
        yield


def _copied_with_names(events: Any) -> Any:
    """Copy the events of a session for a client, with the names that are known so far.

    botocore looks for each of eighty old names in the name of each event, a dozen to a call.
    """
    copied: Any = EventAliaser(copy(events._emitter), copy(events._event_aliases))
    copied._alias_name_cache = events._alias_name_cache
    return copied


def _credentials(session: Any) -> Any:
    """Return the keys that were given to the session, else those of the process environment."""
    own = session._credentials
    if own is not None and own.method == "explicit":
        return own
    return EnvProvider().load() or Credentials("offline", "offline")


def _token(_: Session, **signing: Any) -> FrozenAuthToken | None:
    # A token for a signing name would be preferred to the keys, which say whose the account is.
    return None if signing.get("signing_name") else FrozenAuthToken("offline")
