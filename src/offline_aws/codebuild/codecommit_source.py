"""A build's source in CodeCommit: the files of one commit, asked for through boto3.

A source version is what AWS's "Source version sample with CodeBuild" names: a branch, a tag, a
commit id, or a reference and the commit id that it is to have, ``refs/heads/main^{<id>}``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.commit_blobs import EXECUTABLE, LINK, SUBMODULE, blobs_of, content_of

_CLONE_URL = re.compile(
    r"https://git-codecommit(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?"
    r"/v1/repos/(?P<name>[^/]+?)/?"
)
_WITH_COMMIT = re.compile(r"(?P<reference>.+)\^\{(?P<commit>[0-9a-f]{40})\}")


def download_from_codecommit(location: str, version: str, folder: Path) -> str:
    """Put the files of a commit into a folder; return the commit's id. Raises ``PhaseError``.

    ``version`` may be empty, for the default branch.
    """
    known = _CLONE_URL.fullmatch(location)
    if known is None:
        raise PhaseError("CLIENT_ERROR", "repository not found")
    client = clients.client("codecommit", known["region"])
    name = known["name"]
    try:
        commit = _resolve(client, name, version)
        _write_files(client, name, commit, folder)
    except ClientError as error:
        raise _refused(error) from error
    return commit


def _resolve(client: Any, name: str, version: str) -> str:
    both = _WITH_COMMIT.fullmatch(version)
    specifier = both["commit"] if both else version
    wanted = {"commitSpecifier": specifier} if specifier else {}
    return str(client.get_folder(repositoryName=name, folderPath="/", **wanted)["commitId"])


def _write_files(client: Any, name: str, commit: str, folder: Path) -> None:
    blobs = blobs_of(client, name, commit)
    # Links last, so that nothing is written through a link to somewhere else.
    for blob in sorted(blobs, key=lambda blob: blob["mode"] == LINK):
        if ".." in blob["path"].split("/"):
            raise PhaseError("CLIENT_ERROR", f"invalid path '{blob['path']}'")
        path = folder / blob["path"]
        if blob["mode"] == SUBMODULE:
            path.mkdir(parents=True, exist_ok=True)
            continue
        content = content_of(client, name, blob)
        path.parent.mkdir(parents=True, exist_ok=True)
        if blob["mode"] == LINK:
            path.symlink_to(os.fsdecode(content))
            continue
        path.write_bytes(content)
        if blob["mode"] == EXECUTABLE:
            path.chmod(0o755)


def _refused(error: ClientError) -> PhaseError:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    words = {
        "RepositoryDoesNotExistException": "repository not found",
        "InvalidRepositoryNameException": "repository not found",
        "CommitDoesNotExistException": "reference not found",
        "InvalidCommitException": "reference not found",
    }
    return PhaseError("CLIENT_ERROR", words.get(code, f"{code}: {message}"))
