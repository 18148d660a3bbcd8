"""git clone, fetch and push with the http server, by git itself and by dulwich."""

from __future__ import annotations

import gzip
import random
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from dulwich import porcelain
from terminal import ask, run

from offline_aws import OfflineAWS
from offline_aws.event_bus import Event, EventBus
from offline_aws.server import Server

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
AWS_URL = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
IDENTITY = ("-c", "user.name=Grace", "-c", "user.email=grace@example.com")
Git = Callable[..., str]


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def server(aws: OfflineAWS) -> Server:
    return aws.server()


@pytest.fixture
def client(aws: OfflineAWS) -> Any:
    made = boto3.client("codecommit")
    made.create_repository(repositoryName="shop")
    return made


def attempt(server: Server, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return run(server, "git", "-C", folder, *IDENTITY, *command)


@pytest.fixture
def git(server: Server, tmp_path: Path) -> Git:
    """Run git in a folder of the test's, as in a terminal with the server's lines; it succeeds."""

    def call(folder: str, *command: str) -> str:
        done = attempt(server, tmp_path / folder, *command)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return call


@pytest.fixture
def work(client: Any, git: Git, tmp_path: Path) -> Path:
    """A clone with one commit of one file, which is pushed."""
    git(".", "clone", "-q", AWS_URL, "work")
    (tmp_path / "work/a.txt").write_text("1\n")
    git("work", "checkout", "-q", "-b", "main")
    git("work", "add", ".")
    git("work", "commit", "-q", "-m", "Start")
    git("work", "push", "-q", "-u", "origin", "main")
    return tmp_path / "work"


def tip(client: Any, branch: str) -> str:
    answer = client.get_branch(repositoryName="shop", branchName=branch)
    return str(answer["branch"]["commitId"])


def test_what_git_pushes_boto3_reads_and_git_clones(work: Path, client: Any, git: Git) -> None:
    assert tip(client, "main") == git("work", "rev-parse", "HEAD")
    assert client.get_file(repositoryName="shop", filePath="a.txt")["fileContent"] == b"1\n"
    git(".", "clone", "-q", AWS_URL, "again")
    assert git("again", "log", "--format=%H %s") == f"{tip(client, 'main')} Start"
    assert git("again", "branch", "--show-current") == "main"
    assert git("again", "remote", "get-url", "origin").endswith("/v1/repos/shop")


def test_what_boto3_commits_git_fetches(work: Path, client: Any, git: Git) -> None:
    put = {"repositoryName": "shop", "branchName": "main", "filePath": "b.txt"}
    client.put_file(fileContent=b"2", parentCommitId=tip(client, "main"), **put)
    git("work", "pull", "-q", "--ff-only")
    assert (work / "b.txt").read_bytes() == b"2"
    git("work", "fsck", "--strict")


def test_an_empty_repository_is_cloned(client: Any, git: Git) -> None:
    git(".", "clone", "-q", AWS_URL, "empty")
    assert git("empty", "ls-remote") == ""
    assert "defaultBranch" not in client.get_repository(repositoryName="shop")["repositoryMetadata"]


def test_the_first_branch_that_is_pushed_is_the_default(client: Any, git: Git) -> None:
    git(".", "clone", "-q", AWS_URL, "work")
    git("work", "commit", "-q", "--allow-empty", "-m", "Start")
    git("work", "push", "-q", "origin", "HEAD:develop")
    metadata = client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert metadata["defaultBranch"] == "develop"
    git(".", "clone", "-q", AWS_URL, "again")
    assert git("again", "branch", "--show-current") == "develop"


def test_branches_and_tags_come_and_go(work: Path, client: Any, git: Git) -> None:
    git("work", "tag", "-a", "-m", "One", "v1")
    git("work", "push", "-q", "--atomic", "origin", "HEAD:fix/a", "HEAD:fix/b", "v1")
    git("work", "push", "-q", "origin", ":fix/a")
    assert client.list_branches(repositoryName="shop")["branches"] == ["fix/b", "main"]
    names = [line.split("\t")[1] for line in git("work", "ls-remote", "origin").splitlines()]
    assert names == [
        "HEAD",
        "refs/heads/fix/b",
        "refs/heads/main",
        "refs/tags/v1",
        "refs/tags/v1^{}",
    ]


def test_a_push_over_the_work_of_others_is_rejected(
    work: Path, client: Any, git: Git, server: Server
) -> None:
    put = {"repositoryName": "shop", "branchName": "main", "filePath": "b.txt"}
    theirs = client.put_file(fileContent=b"2", parentCommitId=tip(client, "main"), **put)
    git("work", "commit", "-q", "--allow-empty", "-m", "Mine")
    refused = attempt(server, work, "push", "origin", "main")
    assert refused.returncode == 1
    assert "[rejected]        main -> main (fetch first)" in refused.stderr
    assert tip(client, "main") == theirs["commitId"]
    git("work", "push", "-q", "--force", "origin", "main")
    assert tip(client, "main") == git("work", "rev-parse", "HEAD")


def test_the_default_branch_cannot_be_deleted(work: Path, client: Any, server: Server) -> None:
    refused = attempt(server, work, "push", "origin", ":main")
    assert "[remote rejected] main (deletion of the default branch prohibited)" in refused.stderr
    assert client.list_branches(repositoryName="shop")["branches"] == ["main"]


def test_a_branch_has_to_be_at_a_commit(work: Path, git: Git, server: Server) -> None:
    git("work", "tag", "-a", "-m", "One", "v1")
    refused = attempt(server, work, "push", "origin", "v1:refs/heads/odd", "v1^{tree}:refs/heads/t")
    assert refused.returncode == 1
    assert "t (a branch has to be at a commit)" in refused.stderr


def packet(line: bytes) -> bytes:
    return b"%04x%s" % (len(line) + 4, line)


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("0" * 40, "tip", b"failed to update ref"),  # it was made in between
        ("tip", "1" * 40, b"missing necessary objects"),
    ],
)
def test_a_reference_moves_only_from_where_it_is_to_what_is_there(
    old: str, new: str, status: bytes, work: Path, client: Any, git: Git, server: Server
) -> None:
    first = tip(client, "main")
    old, new = (first if each == "tip" else each for each in (old, new))
    command = f"{old} {new} refs/heads/main\0report-status\n".encode()
    empty = bytes.fromhex("5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e")
    headers = {"Content-Type": "application/x-git-receive-pack-request"}
    path = "/v1/repos/shop/git-receive-pack"
    answer, text = ask(server, "POST", path, headers, packet(command) + b"0000" + empty)
    assert answer == 200
    assert f"ng refs/heads/main {status.decode()}" in text
    assert tip(client, "main") == first


def test_a_push_is_an_event_at_the_clock_s_time(
    aws: OfflineAWS, work: Path, client: Any, git: Git
) -> None:
    events: list[Event] = []
    aws._state.get("123456789012", "us-east-1", EventBus).listen(events.append)
    before = tip(client, "main")
    aws.clock.advance(hours=1)
    git("work", "commit", "-q", "--allow-empty", "-m", "More")
    git("work", "push", "-q", "origin", "main", "HEAD:refs/heads/fix")
    made, moved = events
    assert (made.detail["event"], made.detail["referenceName"]) == ("referenceCreated", "fix")
    assert (moved.detail["oldCommitId"], moved.detail["commitId"]) == (before, tip(client, "main"))
    assert moved.time == aws.clock.now()
    metadata = client.get_repository(repositoryName="shop")["repositoryMetadata"]
    assert metadata["lastModifiedDate"] == aws.clock.now()


def test_a_push_moves_a_pull_request(work: Path, client: Any, git: Git) -> None:
    git("work", "checkout", "-q", "-b", "feature")
    git("work", "commit", "-q", "--allow-empty", "-m", "One")
    git("work", "push", "-q", "origin", "feature")
    target = {"repositoryName": "shop", "sourceReference": "feature"}
    request = client.create_pull_request(title="Feature", targets=[target])["pullRequest"]
    git("work", "commit", "-q", "--allow-empty", "-m", "Two")
    git("work", "push", "-q", "origin", "feature")
    found = client.get_pull_request(pullRequestId=request["pullRequestId"])["pullRequest"]
    assert found["pullRequestTargets"][0]["sourceCommit"] == tip(client, "feature")
    assert found["revisionId"] != request["revisionId"]


def test_large_packs_go_both_ways(work: Path, client: Any, git: Git, tmp_path: Path) -> None:
    # Beyond http.postBuffer git sends chunks, after a first request that only asks for leave.
    data = random.Random(7).randbytes(8_000_000)
    (work / "large").write_bytes(data)
    git("work", "add", ".")
    git("work", "commit", "-q", "-m", "Large")
    git("work", "push", "-q", "origin", "main")
    git(".", "clone", "-q", AWS_URL, "again")
    assert (tmp_path / "again/large").read_bytes() == data


def test_a_long_negotiation_is_compressed(work: Path, client: Any, git: Git) -> None:
    git(".", "clone", "-q", AWS_URL, "other")
    for number in range(60):
        git("work", "commit", "-q", "--allow-empty", "-m", f"Mine {number}")
    git("other", "commit", "-q", "--allow-empty", "-m", "Theirs")
    git("other", "push", "-q", "origin", "main")
    # What it has makes more than a kilobyte, which git sends in gzip.
    git("work", "fetch", "-q")
    assert git("work", "rev-parse", "origin/main") == tip(client, "main")
    git("work", "fsck", "--strict")


def test_a_shallow_clone_is_deepened(work: Path, git: Git) -> None:
    git("work", "commit", "-q", "--allow-empty", "-m", "Second")
    git("work", "push", "-q", "origin", "main")
    git(".", "clone", "-q", "--depth", "1", AWS_URL, "shallow")
    assert git("shallow", "log", "--format=%s") == "Second"
    git("shallow", "fetch", "-q", "--unshallow")
    assert git("shallow", "log", "--format=%s") == "Second\nStart"


def test_a_partial_clone_is_a_whole_one(work: Path, git: Git) -> None:
    git(".", "clone", "-q", "--filter=blob:none", AWS_URL, "partial")
    assert git("partial", "show", "HEAD:a.txt") == "1"


@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_every_version_of_the_protocol_is_answered(
    version: str, work: Path, client: Any, git: Git
) -> None:
    listed = git("work", "-c", f"protocol.version={version}", "ls-remote", "origin", "main")
    assert listed == f"{tip(client, 'main')}\trefs/heads/main"


def test_another_region_has_its_own(work: Path, client: Any, git: Git) -> None:
    there = boto3.client("codecommit", "eu-west-1")
    url = there.create_repository(repositoryName="shop")["repositoryMetadata"]["cloneUrlHttp"]
    git("work", "push", "-q", url, "main:north")
    assert there.list_branches(repositoryName="shop")["branches"] == ["north"]
    assert client.list_branches(repositoryName="shop")["branches"] == ["main"]


def test_a_repository_that_is_not_there_is_said_so(
    client: Any, server: Server, tmp_path: Path
) -> None:
    done = attempt(server, tmp_path, "clone", AWS_URL.replace("shop", "none"))
    assert done.returncode == 128
    assert "There is no repository named none." in done.stderr


def test_dulwich_clones_and_pushes(client: Any, server: Server, tmp_path: Path) -> None:
    put = {"repositoryName": "shop", "branchName": "main", "filePath": "a"}
    first = client.put_file(fileContent=b"1", **put)["commitId"]
    address = server.clone_url("shop")
    with porcelain.clone(address, str(tmp_path / "work")) as work:
        assert work.head().decode() == first
        (tmp_path / "work/b").write_bytes(b"2")
        porcelain.add(work, [str(tmp_path / "work/b")])
        made = porcelain.commit(work, b"Second", author=b"A <a@b>", committer=b"A <a@b>")
        porcelain.push(work, address, b"refs/heads/main")
    assert tip(client, "main") == made.decode()
    assert client.get_file(repositoryName="shop", filePath="b")["fileContent"] == b"2"


WRONG = [
    ("GET", "info/refs?service=git-upload-archive", "", b"", 400),
    ("GET", "info/refs", "", b"", 400),
    ("GET", "git-upload-pack", "", b"", 403),
    ("POST", "git-upload-pack", "text/plain", b"0000", 403),
    ("POST", "git-upload-archive", "application/x-git-upload-archive-request", b"0000", 400),
    ("POST", "git-upload-pack", "application/x-git-upload-pack-request", b"zzzz", 400),
    ("POST", "git-upload-pack", "application/x-git-upload-pack-request", b"0009abcde", 400),
    ("POST", "git-receive-pack", "application/x-git-receive-pack-request", b"0009abcde", 400),
]


@pytest.mark.parametrize(("method", "path", "kind", "body", "status"), WRONG)
def test_what_is_not_git_s_protocol_is_refused(
    method: str, path: str, kind: str, body: bytes, status: int, client: Any, server: Server
) -> None:
    headers = {"Content-Type": kind}
    answer, text = ask(server, method, f"/v1/repos/shop/{path}", headers, body)
    assert answer == status
    assert text.endswith(".\n") or "git's protocol" in text


def test_a_compressed_body_that_is_none(client: Any, server: Server) -> None:
    kind = {"Content-Type": "application/x-git-upload-pack-request", "Content-Encoding": "gzip"}
    path = "/v1/repos/shop/git-upload-pack"
    assert ask(server, "POST", path, kind, b"0000")[0] == 400
    assert ask(server, "POST", path, kind, gzip.compress(b"0000"))[0] == 200
