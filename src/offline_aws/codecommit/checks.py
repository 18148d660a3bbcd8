"""What CodeCommit demands of names, paths and ids before it looks at a repository."""

from __future__ import annotations

import re
from typing import Any

from dulwich.refs import Ref, check_ref_format

from offline_aws.codecommit.errors import refusal

COMMIT_ID = re.compile(r"[0-9a-f]{40}")
NAME_LIMIT = 100
MESSAGE_LIMIT = 256 * 1024
_REPOSITORY_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_AUTHOR_LIMIT = 100
_FORBIDDEN_SEGMENTS = {"", ".", "..", ".git"}


def repository_name(name: str | None) -> str:
    """Return a repository's name if AWS would take it."""
    if not name:
        raise refusal("RepositoryNameRequiredException")
    if not _REPOSITORY_NAME.fullmatch(name) or name.endswith(".git"):
        raise refusal("InvalidRepositoryNameException", name)
    return name


def branch_name(name: str | None) -> str:
    """Return a branch's name if git would take it."""
    if not name:
        raise refusal("BranchNameRequiredException")
    reference = Ref(b"refs/heads/" + name.encode())
    if len(name) > 256 or name == "HEAD" or not check_ref_format(reference):
        raise refusal("InvalidBranchNameException", name)
    return name


def path(text: str | None) -> str:
    """Return a file's path without the slash that it may begin with."""
    if not text:
        raise refusal("PathRequiredException")
    clean = text.removeprefix("/")
    if "\0" in clean or _FORBIDDEN_SEGMENTS & set(clean.split("/")):
        raise refusal("InvalidPathException", text)
    return clean


def folder_path(text: str | None) -> str:
    """Return a folder's path without slashes at its ends; the root is '', or a slash."""
    if text is None:
        raise refusal("PathRequiredException")
    clean = text.strip("/")
    return path(clean) if clean else ""


def commit_id(
    text: str | None,
    required: str = "CommitIdRequiredException",
    invalid: str = "InvalidCommitIdException",
) -> str:
    """Return a full commit id; AWS takes no shortened one here."""
    if not text:
        raise refusal(required)
    if not COMMIT_ID.fullmatch(text.lower()):
        raise refusal(invalid, text)
    return text.lower()


def one_of(value: str, allowed: tuple[str, ...], error: str) -> str:
    """Return a value of an enumeration."""
    if value not in allowed:
        raise refusal(error, value)
    return value


def authorship(parameters: dict[str, Any], name: str = "authorName") -> None:
    """Refuse an author's name, address or message that is longer than AWS takes."""
    if len(parameters.get(name) or "") > _AUTHOR_LIMIT:
        raise refusal("NameLengthExceededException")
    email = parameters.get("email") or ""
    if len(email) > _AUTHOR_LIMIT or re.search(r"[<>\n\0]", email):
        raise refusal("InvalidEmailException")
    if len((parameters.get("commitMessage") or "").encode()) > MESSAGE_LIMIT:
        raise refusal("CommitMessageLengthExceededException")
