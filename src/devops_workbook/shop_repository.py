"""The shop's own code, from ``data/shop``, as a CodeCommit repository.

``orders`` is a small Python service that really runs. ``orders-spring`` and ``storefront`` are
there to be read: a build of them needs Maven, npm and the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from devops_workbook.lab import REGION
from devops_workbook.paths import DATA
from offline_aws import clients

#: The folders of the repository, beside which ``data/shop`` holds the log of chapter 01.
PARTS = ("advisories", "infrastructure", "orders", "orders-spring", "storefront")
REPOSITORY = "shop"
BRANCH = "main"
TEAM = {"authorName": "Orders team", "email": "orders@shop.example"}

_SHOP = DATA / "shop"


def shop_files(*parts: str) -> dict[str, str]:
    """Return the text of each file of the shop by its path in the repository.

    ``parts`` are folders of the repository; all of ``PARTS`` without.
    """
    paths = (path for part in parts or PARTS for path in sorted((_SHOP / part).rglob("*")))
    return {
        path.relative_to(_SHOP).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file() and not _left_behind(path.relative_to(_SHOP))
    }


def create_shop_repository(files: Mapping[str, str] | None = None) -> str:
    """Create the repository ``shop`` with the shop's files on ``main``; return the commit's id.

    ``files`` are other texts by path, in place of ``shop_files()``.
    """
    codecommit = clients.client("codecommit", REGION)
    codecommit.create_repository(repositoryName=REPOSITORY, repositoryDescription="The web shop")
    return commit_files("Bring the shop's code together", shop_files() if files is None else files)


def commit_files(message: str, files: Mapping[str, str], branch: str = BRANCH) -> str:
    """Commit texts by path on top of a branch that is there; return the commit's id.

    The first commit of a repository makes its branch.
    """
    codecommit = clients.client("codecommit", REGION)
    made: str = codecommit.create_commit(
        repositoryName=REPOSITORY,
        branchName=branch,
        commitMessage=message,
        putFiles=[{"filePath": path, "fileContent": text.encode()} for path, text in files.items()],
        **({"parentCommitId": tip} if (tip := tip_of(branch)) else {}),
        **TEAM,
    )["commitId"]
    return made


def tip_of_main() -> str:
    """Return the id of the last commit on ``main``, or "" while there is none."""
    return tip_of(BRANCH)


def tip_of(branch: str) -> str:
    """Return the id of the last commit on a branch, or "" while there is none."""
    codecommit = clients.client("codecommit", REGION)
    try:
        found = codecommit.get_branch(repositoryName=REPOSITORY, branchName=branch)["branch"]
    except codecommit.exceptions.BranchDoesNotExistException:
        return ""
    return str(found["commitId"])


def files_at(commit: str, *parts: str) -> dict[str, str]:
    """Return the text of each file of a commit by its path; only those of ``parts``, if given."""
    codecommit = clients.client("codecommit", REGION)
    found: dict[str, str] = {}
    folders = list(parts) or ["/"]
    while folders:
        where = {"repositoryName": REPOSITORY, "commitSpecifier": commit}
        try:
            folder = codecommit.get_folder(**where, folderPath=folders.pop())
        except codecommit.exceptions.FolderDoesNotExistException:
            continue
        folders += [each["absolutePath"] for each in folder["subFolders"]]
        for each in folder["files"]:
            content = codecommit.get_file(**where, filePath=each["absolutePath"])["fileContent"]
            found[each["absolutePath"]] = content.decode("utf-8", errors="replace")
    return dict(sorted(found.items()))


def _left_behind(path: Path) -> bool:
    """Return whether a path is what running the shop's tests left, no part of its code."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)
