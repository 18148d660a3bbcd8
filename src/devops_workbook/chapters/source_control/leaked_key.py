"""Exercises on a key that was committed: find it in history, then make it worthless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dulwich.objects import Blob, Commit
from dulwich.refs import Ref
from dulwich.repo import Repo

from devops_workbook.chapters.source_control import payments
from devops_workbook.chapters.source_control.scene import SECRET, SHOP, chapter, clone_url, text_of
from devops_workbook.chapters.source_control.shop_files import (
    ENVIRONMENT,
    ENVIRONMENT_PATH,
    LEAKED_KEY,
)
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: What a live key of the payment provider looks like.
KEY = re.compile(rb"pay_live_\w+")


def files_with_key(repo: Repo, commit: Commit) -> list[str]:
    """Return the paths of a commit's files that hold something like a live payment key."""
    entries = repo.object_store.iter_tree_contents(commit.tree)
    return [_text(each.path) for each in entries if KEY.search(_content(repo, each.sha))]


def _content(repo: Repo, sha: Any) -> bytes:
    found = repo[sha]
    return found.data if isinstance(found, Blob) else b""


def _text(path: bytes | None) -> str:
    return (path or b"").decode(errors="replace")


@chapter.exercise(
    "find-leak",
    title="Since when is the key in there?",
    minutes=4,
    answer="first_leak",
    hints=(
        "repo.get_walker([tip]) gives the history, the newest first: entry.commit is a commit. "
        "With reverse=True it begins with the oldest.",
        "Ask files_with_key(repo, entry.commit) of each commit. The first that is not empty is "
        "the one. Its id is entry.commit.id, as bytes.",
    ),
)
def check_find_leak(lab: Lab, answer: Any) -> str:
    """The first commit of main whose files hold a key."""
    given = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    require(
        isinstance(given, str) and re.fullmatch(r"[0-9a-f]{7,40}", given),
        f"`first_leak` should be the id of a commit. Found {describe(answer)}.",
    )
    with Repo(clone_url(lab, SHOP)) as repo:
        history = list(_history(repo))
        chosen = next((one for one in history if one.id.decode().startswith(given)), None)
        if chosen is None:
            raise NotYet(f"Looked for commit {given} in the history of main, found none.")
        _require_first(repo, history, chosen)
        count = sum(bool(files_with_key(repo, one)) for one in history)
    return f"Yes: since then {count} of the {len(history)} commits of main hold the key."


def _require_first(repo: Repo, history: list[Commit], chosen: Commit) -> None:
    short, title = chosen.id.decode()[:7], _title(chosen)
    found = files_with_key(repo, chosen)
    require(found, f"The files of {short}, “{title}”, hold no key.")
    earlier = [one for one in history[: history.index(chosen)] if files_with_key(repo, one)]
    require(
        not earlier,
        f"{short}, “{title}”, has the key in {', '.join(found)}. It was there before that, "
        "perhaps in another file.",
    )


def _history(repo: Repo) -> Iterator[Commit]:
    """Yield the commits of main, the oldest first."""
    tip = repo.refs[Ref(b"refs/heads/main")]
    for entry in repo.get_walker([tip], reverse=True):
        yield entry.commit


def _title(commit: Commit) -> str:
    return str(commit.message.decode().splitlines()[0])


@chapter.exercise(
    "leaked-key",
    title="The key that everybody has",
    minutes=6,
    kind="break/fix",
    hints=(
        "First what the key opens, then where it lies. The provider gives a new key with "
        "payments.issue_key().",
        "orders reads the secret shop/payment-key. put_secret_value(SecretId=..., "
        "SecretString=...) gives it a new version. Only then payments.revoke the old one.",
        "Then the file infrastructure/orders.env on main: put it anew without the line "
        "PAYMENT_KEY, with put_file, whose parentCommitId is the tip of main.",
    ),
)
def check_leaked_key(lab: Lab, answer: Any) -> str:
    """The secret has a new key, the old one is refused, and no key is on the tip of main."""
    current = clients.client("secretsmanager", REGION).get_secret_value(SecretId=SECRET)[
        "SecretString"
    ]
    with Repo(clone_url(lab, SHOP)) as repo:
        history = list(_history(repo))
        on_tip = _keys_by_path(repo, history[-1])
        holding = sum(bool(files_with_key(repo, one)) for one in history)
        again = any(current in _keys_by_path(repo, one).values() for one in history)
    old_works = payments.accepts(LEAKED_KEY)
    if current == LEAKED_KEY and old_works and LEAKED_KEY in on_tip.values():
        raise NotStarted("The key is where it was: in the secret, on main, and it is accepted.")
    _require_rotated(current, old_works)
    _require_clean(on_tip, current, again)
    _require_settings(text_of(ENVIRONMENT_PATH) or "")
    return (
        f"The old key opens nothing any more, and orders can charge with the new one. {holding} "
        f"of {len(history)} commits still hold the old key, and it does not matter."
    )


def _require_rotated(current: str, old_works: bool) -> None:
    if current == LEAKED_KEY and not old_works:
        raise NotYet(
            f"The old key is revoked, and the secret {SECRET} still holds it: the shop cannot "
            "charge anybody now. Give the secret a new key."
        )
    require(
        current != LEAKED_KEY,
        f"Looked at the secret {SECRET}: it still holds the leaked key, which still works. Whoever "
        "cloned the repository since November can charge your customers, whatever main says.",
    )
    require(
        payments.accepts(current),
        f"Asked the payment provider about the value of {SECRET}: refused. A key is not made up, "
        "the provider issues it.",
    )
    require(
        not old_works,
        "orders uses the new key. The payment provider still accepts the old one, too: it has to "
        "be revoked.",
    )


def _require_clean(on_tip: dict[str, str], current: str, leaked_again: bool) -> None:
    new = [path for path, key in on_tip.items() if key == current]
    require(
        not new,
        f"The new key is in {', '.join(new)} on main: it has leaked like the one before. It "
        "belongs in Secrets Manager alone. Rotate again.",
    )
    require(
        not on_tip,
        f"The key is worthless. It still lies in {', '.join(on_tip)} on main, where the next "
        "reader takes it for the one in use.",
    )
    require(
        not leaked_again,
        "The new key is in the history of main: somebody committed it, and taking it out again "
        "does not make it unknown. Rotate once more.",
    )


def _require_settings(text: str) -> None:
    require(
        all(line in text for line in ENVIRONMENT.splitlines()),
        f"The key is gone from main, and other settings of {ENVIRONMENT_PATH} with it, which "
        "orders needs. Take out the one line only.",
    )


def _keys_by_path(repo: Repo, commit: Commit) -> dict[str, str]:
    found = {}
    for each in repo.object_store.iter_tree_contents(commit.tree):
        match = KEY.search(_content(repo, each.sha))
        if match:
            found[_text(each.path)] = match[0].decode()
    return found
