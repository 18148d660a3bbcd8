"""How one file changed: line by line between two blobs, and commit by commit."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from dulwich.objects import Blob, Commit

from offline_aws.codecommit import checks, gitobjects, paging
from offline_aws.codecommit.changes import FILE_LIMIT
from offline_aws.codecommit.commits import described
from offline_aws.codecommit.errors import refusal
from offline_aws.codecommit.lines import is_binary
from offline_aws.codecommit.store import Repository, repository_of
from offline_aws.operations import Call, operation

_HUNKS, _DEFAULT_HUNKS = 1000, 100
_CONTEXT, _LARGEST_CONTEXT = 3, 20
_VERSIONS = 100

Opcode = tuple[str, int, int, int, int]


@operation("codecommit", "GetBlobDifferences")
def get_blob_differences(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Compare two blobs line by line, in hunks with the lines around them."""
    repository = repository_of(call, parameters)
    given = parameters.get("beforeBlobId")
    before = _blob(repository, given) if given else b""
    after = _blob(repository, parameters.get("afterBlobId"))
    context = parameters.get("contextLines", _CONTEXT)
    if not 0 <= context <= _LARGEST_CONTEXT:
        raise refusal("ValidationException", f"contextLines is {context}")
    binary = is_binary(before) or is_binary(after)
    ignore = bool(parameters.get("ignoreWhitespace"))
    hunks = [] if binary else list(_hunks(before, after, context, ignore))
    size = parameters.get("MaxResults")
    size = _DEFAULT_HUNKS if size is None else size
    chosen, token = paging.page(hunks, parameters.get("NextToken"), size, _HUNKS)
    answer: dict[str, Any] = {
        "hunks": chosen,
        "isBinary": binary,
        "beforeBlobSize": len(before),
        "afterBlobSize": len(after),
    }
    paging.with_token(answer, token, "NextToken")
    return answer


@operation("codecommit", "ListFileCommitHistory")
def list_file_commit_history(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """List the commits that changed a file, the newest first, each with those that came next."""
    repository = repository_of(call, parameters)
    path = checks.path(parameters.get("filePath"))
    head = gitobjects.head_or(repository, parameters.get("commitSpecifier"))
    versions = list(_versions(repository, head, path))
    return paging.answer("revisionDag", versions, parameters, _VERSIONS)


def _blob(repository: Repository, blob_id: str | None) -> bytes:
    checked = checks.commit_id(blob_id, "BlobIdRequiredException", "InvalidBlobIdException")
    found = gitobjects.object_of(repository.git, checked)
    if not isinstance(found, Blob):
        raise refusal("BlobIdDoesNotExistException", checked)
    if len(found.data) > FILE_LIMIT:
        raise refusal("FileTooLargeException")
    return found.data


def _hunks(
    before: bytes, after: bytes, context: int, ignore_whitespace: bool
) -> Iterator[dict[str, Any]]:
    old, new = before.splitlines(), after.splitlines()
    keys = [[b"".join(line.split()) for line in lines] for lines in (old, new)]
    one, other = keys if ignore_whitespace else (old, new)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # Without context the changes are alone already; difflib would drop none of the equal lines.
    groups = (
        matcher.get_grouped_opcodes(context)
        if context
        else ([code] for code in matcher.get_opcodes() if code[0] != "equal")
    )
    for group in groups:
        first, last = group[0], group[-1]
        changes = [change for code in group for change in _changes(code, old, new)]
        if changes:
            yield {
                "beforeStartLine": first[1] + 1,
                "beforeLineCount": last[2] - first[1],
                "afterStartLine": first[3] + 1,
                "afterLineCount": last[4] - first[3],
                "changes": changes,
            }


def _changes(code: Opcode, old: list[bytes], new: list[bytes]) -> Iterator[dict[str, Any]]:
    kind, start, end, after, after_end = code
    if kind == "equal":
        for step in range(end - start):
            numbers = {"beforeLineNumber": start + step + 1, "afterLineNumber": after + step + 1}
            yield {"type": "CONTEXT", **numbers, "content": _text(new[after + step])}
        return
    for line in range(start, end):
        yield {"type": "DELETE", "beforeLineNumber": line + 1, "content": _text(old[line])}
    for line in range(after, after_end):
        yield {"type": "ADD", "afterLineNumber": line + 1, "content": _text(new[line])}


def _text(line: bytes) -> str:
    return line.decode(errors="replace")


def _versions(repository: Repository, head: Commit, path: str) -> Iterator[dict[str, Any]]:
    """Yield each commit that made or changed the file, with the versions made from it."""
    git = repository.git
    newer: dict[str, list[str]] = {}
    for entry in git.get_walker([head.id], order="topo"):
        commit = entry.commit
        commit_id = commit.id.decode()
        sha = _sha(repository, commit, path)
        parents = [gitobjects.commit_of(git, parent.decode()) for parent in commit.parents]
        same = [each for each in parents if each and _sha(repository, each, path) == sha]
        next_versions = newer.pop(commit_id, [])
        changed = sha is not None and not same
        if changed and sha:
            yield {
                "commit": described(commit),
                "blobId": sha,
                "path": path,
                "revisionChildren": next_versions,
            }
        passed_on = [commit_id] if changed else next_versions
        for parent in same or [each for each in parents if each]:
            known = newer.setdefault(parent.id.decode(), [])
            known += [each for each in passed_on if each not in known]


def _sha(repository: Repository, commit: Commit, path: str) -> str | None:
    folder, _, name = path.rpartition("/")
    tree = gitobjects.tree_at(repository.git, commit, folder)
    if tree is None or gitobjects.encoded(name) not in tree:
        return None
    found = gitobjects.object_of(repository.git, tree[gitobjects.encoded(name)][1].decode())
    return found.id.decode() if isinstance(found, Blob) else None
