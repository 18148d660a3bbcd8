"""A merge by calls gives the tree that git's merge gives, and conflicts where git has them."""

from __future__ import annotations

import subprocess
from typing import Any

import boto3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from offline_aws import OfflineAWS

PATHS = ("a", "d/b", "d/c")
NUMBERS = 6
LINE = {"conflictDetailLevel": "LINE_LEVEL"}
BRANCHES = {
    "repositoryName": "shop",
    "sourceCommitSpecifier": "feature",
    "destinationCommitSpecifier": "main",
}

#: What one side does to a file: None leaves it, [] deletes it, else the line at each number.
_lines = st.lists(st.sampled_from(["keep", "change", "drop", "add"]), min_size=6, max_size=6)
_side = st.fixed_dictionaries({path: st.none() | st.just([]) | _lines for path in PATHS})
Side = dict[str, list[str] | None]


def text(edits: list[str], by: str) -> bytes:
    lines = []
    for number, edit in enumerate(edits):
        kept = f"line {number}\n"
        lines += {
            "keep": [kept],
            "change": [f"{by} {number}\n"],
            "drop": [],
            "add": [kept, f"{by} after {number}\n"],
        }[edit]
    return "".join(lines).encode() or b"\n"


def commit(client: Any, branch: str, parent: str, side: Side) -> str:
    """Commit what a side does, if anything; return the tip."""
    puts = {path: text(edits, branch) for path, edits in side.items() if edits}
    puts = {path: new for path, new in puts.items() if new != text(["keep"] * NUMBERS, "")}
    deletes = [path for path, edits in side.items() if edits == []]
    if not puts and not deletes:
        return parent
    answer = client.create_commit(
        repositoryName="shop",
        branchName=branch,
        parentCommitId=parent,
        putFiles=[{"filePath": path, "fileContent": new} for path, new in puts.items()],
        deleteFiles=[{"filePath": path} for path in deletes],
    )
    return str(answer["commitId"])


def git(aws: OfflineAWS, *command: str) -> tuple[int, list[str]]:
    folder = aws.folder / "codecommit/123456789012/us-east-1/shop.git"
    answer = subprocess.run(
        ["git", "-C", str(folder), "-c", "merge.renames=false", *command],
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout.splitlines()


@settings(max_examples=30)
@given(_side, _side)
def test_a_merge_is_git_s_merge(ours: Side, theirs: Side) -> None:
    with OfflineAWS() as aws:
        client = boto3.client("codecommit")
        client.create_repository(repositoryName="shop")
        whole = text(["keep"] * NUMBERS, "")
        files = [{"filePath": path, "fileContent": whole} for path in (*PATHS, "z")]
        first = client.create_commit(repositoryName="shop", branchName="main", putFiles=files)
        base = first["commitId"]
        client.create_branch(repositoryName="shop", branchName="feature", commitId=base)
        tips = {
            "main": commit(client, "main", base, ours),
            "feature": commit(client, "feature", base, theirs),
        }
        found = client.get_merge_conflicts(**BRANCHES, **LINE, mergeOption="THREE_WAY_MERGE")
        command = ("merge-tree", "--write-tree", "--name-only", "--no-messages")
        status, lines = git(aws, *command, tips["main"], tips["feature"])
        assert found["mergeable"] is (status == 0)
        conflicts = [each["filePath"] for each in found["conflictMetadataList"]]
        assert conflicts == lines[1:]
        assert git(aws, "merge-base", "main", "feature")[1] == [found["baseCommitId"]]
        if found["mergeable"]:
            merged = client.merge_branches_by_three_way(**BRANCHES, **LINE)
            assert merged["treeId"] == lines[0]
            assert git(aws, "fsck", "--strict", "--no-dangling")[0] == 0


_history = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=8)


@settings(max_examples=25)
@example([(True, False), (True, False), (False, True)])
@given(_history)
def test_the_merge_base_is_git_s(history: list[tuple[bool, bool]]) -> None:
    with OfflineAWS() as aws:
        client = boto3.client("codecommit")
        client.create_repository(repositoryName="shop")
        tips = {"main": "", "feature": ""}
        first = client.put_file(
            repositoryName="shop", branchName="main", filePath="0", fileContent=b"0"
        )
        tips = dict.fromkeys(tips, first["commitId"])
        client.create_branch(
            repositoryName="shop", branchName="feature", commitId=first["commitId"]
        )
        for number, (on_main, merge) in enumerate(history):
            # No clock in between: commits of one second must not confuse the search.
            branch, other = ("main", "feature") if on_main else ("feature", "main")
            if merge:
                answer = client.merge_branches_by_three_way(
                    repositoryName="shop",
                    sourceCommitSpecifier=other,
                    destinationCommitSpecifier=branch,
                )
            else:
                answer = client.put_file(
                    repositoryName="shop",
                    branchName=branch,
                    filePath=f"{branch}/{number}",
                    fileContent=b"1",
                    parentCommitId=tips[branch],
                )
            tips[branch] = answer["commitId"]
        options = client.get_merge_options(**BRANCHES)
        _, bases = git(aws, "merge-base", "--all", "main", "feature")
        assert options["baseCommitId"] in bases
        forward = git(aws, "merge-base", "--is-ancestor", "main", "feature")[0] == 0
        assert ("FAST_FORWARD_MERGE" in options["mergeOptions"]) is forward
