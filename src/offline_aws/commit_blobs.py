"""The files of a commit in CodeCommit, for services that take their source from one."""

from __future__ import annotations

from typing import Any

#: The modes of git that are not a plain file's.
LINK, EXECUTABLE, SUBMODULE = "120000", "100755", "160000"


def blobs_of(codecommit: Any, repository: str, commit: str) -> list[dict[str, str]]:
    """Return path, mode and blobId of every file of a commit. Raises ``ClientError``.

    ``codecommit`` is a boto3 client.
    """
    # Compared with nothing, every file of the commit is a difference: one call for a hundred.
    pages = codecommit.get_paginator("get_differences").paginate(
        repositoryName=repository, afterCommitSpecifier=commit
    )
    return [each["afterBlob"] for page in pages for each in page["differences"]]


def content_of(codecommit: Any, repository: str, blob: dict[str, str]) -> bytes:
    """Return the content of a file of a commit. Raises ``ClientError``."""
    content: bytes = codecommit.get_blob(repositoryName=repository, blobId=blob["blobId"])[
        "content"
    ]
    return content
