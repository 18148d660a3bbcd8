"""Whatever is committed by calls, git makes the same commits of it, id by id."""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws import OfflineAWS

PATHS = ("a", "b/c", "b/d", "b/e/f", "b.txt", "ü/1")
MODES = {"NORMAL": "100644", "EXECUTABLE": "100755", "SYMLINK": "120000"}


@dataclass
class Put:
    path: str
    content: bytes
    mode: str


@dataclass
class Delete:
    path: str


Step = dict[str, Put | Delete]

_puts = st.builds(
    Put, st.sampled_from(PATHS), st.binary(min_size=1, max_size=4), st.sampled_from([*MODES])
)
_deletes = st.builds(Delete, st.sampled_from(PATHS))
_steps: st.SearchStrategy[list[Step]] = st.lists(
    st.lists(_puts | _deletes, min_size=1, max_size=4).map(
        lambda changes: {change.path: change for change in changes}
    ),
    min_size=1,
    max_size=6,
)


@dataclass
class Git:
    """A plain git repository, in which each step is committed by git itself."""

    folder: Path

    def run(self, *command: str, text: bytes | None = None, **environment: str) -> str:
        answer = subprocess.run(
            ["git", "-C", str(self.folder), *command],
            input=text,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            check=True,
        )
        return answer.stdout.decode().strip("\n")

    def commit(self, step: Step, parent: str | None, message: str, time: int) -> str:
        for path, change in step.items():
            if isinstance(change, Put):
                blob = self.run("hash-object", "-w", "--stdin", text=change.content)
                entry = f"{MODES[change.mode]},{blob},{path}"
                self.run("update-index", "--add", "--cacheinfo", entry)
            else:
                self.run("update-index", "--force-remove", path)
        person = {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": f"{time} +0000"}
        who = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in person.items()}
        parents = ["-p", parent] if parent else []
        tree = self.run("write-tree")
        return self.run("commit-tree", tree, *parents, text=message.encode(), **who)


def legal(step: Step, known: dict[str, tuple[bytes, str]]) -> Step:
    """Return the part of a step that AWS would take as it stands."""
    return {
        path: change
        for path, change in step.items()
        if (path in known)
        if isinstance(change, Delete)
    } | {
        path: change
        for path, change in step.items()
        if isinstance(change, Put) and known.get(path) != (change.content, change.mode)
    }


def apply(step: Step, known: dict[str, tuple[bytes, str]]) -> None:
    for path, change in step.items():
        if isinstance(change, Put):
            known[path] = (change.content, change.mode)
        else:
            del known[path]


def call(client: Any, step: Step, parent: str | None, message: str) -> str:
    answer = client.create_commit(
        repositoryName="shop",
        branchName="main",
        authorName="Ada",
        email="ada@example.com",
        commitMessage=message,
        putFiles=[
            {"filePath": each.path, "fileContent": each.content, "fileMode": each.mode}
            for each in step.values()
            if isinstance(each, Put)
        ],
        deleteFiles=[{"filePath": p} for p, each in step.items() if isinstance(each, Delete)],
        **({"parentCommitId": parent} if parent else {}),
    )
    return str(answer["commitId"])


def name_status(git: Git, before: str, after: str) -> list[tuple[str, str]]:
    found = git.run("diff-tree", "-r", "-z", "--no-renames", "--name-status", before, after)
    words = found.split("\0")[:-1]
    # A file that becomes a link is T to git; AWS knows M only.
    kinds = [word.replace("T", "M") for word in words[::2]]
    return list(zip(kinds, words[1::2], strict=True))


def differences(client: Any, before: str, after: str) -> list[tuple[str, str]]:
    answer = client.get_differences(
        repositoryName="shop", beforeCommitSpecifier=before, afterCommitSpecifier=after
    )
    return [
        (each["changeType"], (each.get("afterBlob") or each["beforeBlob"])["path"])
        for each in answer["differences"]
    ]


@settings(max_examples=25)
@given(_steps)
def test_random_commits_are_git_s_commits(steps: list[Step]) -> None:
    with OfflineAWS() as aws, tempfile.TemporaryDirectory() as folder:
        client = boto3.client("codecommit")
        client.create_repository(repositoryName="shop")
        git = Git(Path(folder))
        git.run("init", "-q")
        known: dict[str, tuple[bytes, str]] = {}
        commits: list[str] = []
        for number, step in enumerate(steps):
            taken = legal(step, known)
            if not taken:
                continue
            parent = commits[-1] if commits else None
            message = f"Step {number}\n\nüber"
            aws.clock.advance(minutes=1)
            commits.append(call(client, taken, parent, message))
            time = int(aws.clock.now().timestamp())
            assert commits[-1] == git.commit(taken, parent, message, time)
            apply(taken, known)
        check_reading(client, aws, git, commits, known)


def check_reading(
    client: Any,
    aws: OfflineAWS,
    git: Git,
    commits: list[str],
    known: dict[str, tuple[bytes, str]],
) -> None:
    """Compare what the calls read with what git reads, in a clone of the repository."""
    if not commits:
        return
    clone = Git(git.folder / "clone")
    source = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    git.run("clone", "-q", "--no-checkout", str(source), str(clone.folder))
    clone.run("fsck", "--strict", "--no-dangling")
    assert clone.run("rev-list", "--reverse", "HEAD").split() == commits
    for before, after in itertools.pairwise(commits):
        assert differences(client, before, after) == name_status(clone, before, after)
    for path, (content, mode) in known.items():
        file = client.get_file(repositoryName="shop", filePath=path)
        assert (file["fileContent"], file["fileMode"]) == (content, mode)
        assert file["blobId"] == clone.run("rev-parse", f"HEAD:{path}")


def test_the_comparison_finds_a_difference() -> None:
    with tempfile.TemporaryDirectory() as folder:
        git = Git(Path(folder))
        git.run("init", "-q")
        first = git.commit({"a": Put("a", b"1", "NORMAL")}, None, "One", 1767603600)
        assert first != git.commit({"a": Put("a", b"1", "EXECUTABLE")}, None, "One", 1767603600)
        with pytest.raises(subprocess.CalledProcessError):
            git.run("rev-parse", "--verify", "-q", "none")
