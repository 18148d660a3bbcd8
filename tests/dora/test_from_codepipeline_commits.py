"""All commits that a pipeline brought, read from CodeCommit besides the pipeline's own history."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import boto3
import pandas as pd
import pytest
from dulwich.objects import Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline_shop import LIVE, Shop, action, held

from devops_workbook import dora
from devops_workbook.cli import main
from devops_workbook.dora.codecommit import Repository
from devops_workbook.dora.commit_walk import MOST_AT_FIRST, Walk
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
NUMBERS = count()


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


@pytest.fixture
def shop(aws: OfflineAWS) -> Shop:
    """A shop whose first version is live."""
    made = Shop(aws)
    made.commit()
    made.create(LIVE)
    return made


def read(shop: Shop, **more: Any) -> dora.Events:
    return shop.read(codecommit=shop.git, **more)


def on_branch(shop: Shop, *messages: str) -> list[str]:
    """Commit to a branch of its own, a minute apart; return the commits."""
    branch = f"work-{next(NUMBERS)}"
    base = {"repositoryName": "shop", "branchName": branch}
    shop.git.create_branch(**base, commitId=shop.commits[-1])
    made = [shop.commits[-1]]
    for number, message in enumerate(messages):
        done = shop.git.put_file(
            **base,
            filePath=f"{branch}.html",
            fileContent=str(number).encode(),
            commitMessage=message,
            parentCommitId=made[-1],
        )
        made.append(done["commitId"])
        shop.clock.advance(minutes=1)
    return made[1:]


def push(shop: Shop, *messages: str) -> list[str]:
    """Bring several commits to main at once, deploy them, and return them."""
    made = on_branch(shop, *messages)
    shop.git.merge_branches_by_fast_forward(
        repositoryName="shop",
        sourceCommitSpecifier=made[-1],
        destinationCommitSpecifier="main",
        targetBranch="main",
    )
    shop.commits += made
    shop.clock.advance(minutes=10)
    return made


def test_every_commit_of_a_push_is_a_change(shop: Shop) -> None:
    made = push(shop, "Add a basket", "Test it", "Tidy up")
    first, second = shop.executions()
    assert held(shop.read())[f"{second}/Live"] == made[-1:]
    events = read(shop)
    assert held(events) == {f"{first}/Live": shop.commits[:1], f"{second}/Live": made}
    assert events.changes is not None
    times = events.changes["committed_at"].iloc[1:]
    assert list(times.diff().dropna()) == [pd.Timedelta(minutes=1)] * 2
    assert events.notes == shop.read().notes
    assert dora.measure(events).change_lead_time.n == 3


def test_superseded_ones_come_along_and_the_head_is_not_deployed(shop: Shop) -> None:
    shop.transition("disable", reason="not on a Friday")
    waiting = [*push(shop, "One", "Two"), *push(shop, "Three", "Four"), *push(shop, "Five")]
    assert held(read(shop))[""] == waiting
    shop.transition("enable")
    shop.clock.advance(minutes=10)
    assert held(read(shop))[f"{shop.executions()[-1]}/Live"] == waiting


def test_merges_only_join(shop: Shop) -> None:
    side = on_branch(shop, "Aside")
    shop.commit("On main")
    merged = shop.git.merge_branches_by_three_way(
        repositoryName="shop",
        sourceCommitSpecifier=side[-1],
        destinationCommitSpecifier="main",
        targetBranch="main",
        commitMessage="Merge",
    )
    shop.clock.advance(minutes=10)
    events = read(shop)
    assert events.deployments["version"].iloc[-1] == merged["commitId"]
    brought = [one for own in list(held(events).values())[1:] for one in own]
    assert sorted(brought) == sorted([shop.commits[-1], *side])
    assert "1 merge commit left out: merges only join changes" in events.notes
    assert merged["commitId"] not in brought


def test_what_mends_production_is_a_hotfix(shop: Shop) -> None:
    push(shop, "Add a basket")
    push(shop, 'Revert "Add a basket"\n\nIt was empty.', "hotfix: the page's title")
    push(shop, "Hotfix of the basket", "A new colour")
    second = shop.executions()[1]
    shop.client.start_pipeline_execution(name="shop")  # again, with nothing new
    shop.clock.advance(minutes=10)
    shop.client.rollback_stage(
        pipelineName="shop", stageName="Live", targetPipelineExecutionId=second
    )
    shop.clock.advance(minutes=10)
    kinds = ["planned", "planned", "hotfix", "planned", "planned", "rollback"]
    assert list(read(shop).deployments["kind"]) == kinds
    assert set(shop.read().deployments["kind"]) == {"planned", "rollback"}
    own = read(shop, hotfix=re.compile("basket")).deployments["kind"]
    assert list(own) == ["planned", "hotfix", "planned", "planned", "planned", "rollback"]


def test_what_failed_comes_along_again(shop: Shop) -> None:
    shop.s3.delete_objects(Bucket="live", Delete={"Objects": [{"Key": "index.html"}]})
    shop.s3.delete_bucket(Bucket="live")
    bad = push(shop, "Add a basket", "Fill it")
    shop.s3.create_bucket(Bucket="live")
    mending = push(shop, "Revert the basket")
    events = read(shop)
    _, failed, mended = events.deployments["deployment_id"]
    assert list(events.deployments["status"]) == ["succeeded", "failed", "succeeded"]
    assert held(events)[failed] == bad
    assert held(events)[mended] == [*bad, *mending]
    assert list(events.deployments["kind"]) == ["planned", "planned", "hotfix"]


def test_a_source_that_came_later(shop: Shop) -> None:
    """What was new in its first revision nobody knows: the revision stands for itself."""
    shop.git.create_repository(repositoryName="texts")
    text = {"repositoryName": "texts", "branchName": "main", "filePath": "a"}
    texts: list[str] = []
    for content in (b"a", b"b", b"c"):
        known = {"parentCommitId": texts[-1]} if texts else {}
        texts.append(shop.git.put_file(**text, **known, fileContent=content)["commitId"])
        if content == b"b":
            source = action(
                "Source",
                "CodeCommit",
                "Texts",
                configuration={"RepositoryName": "texts", "BranchName": "main"},
                outputArtifacts=[{"name": "Texts"}],
            )
            declared = shop.client.get_pipeline(name="shop")["pipeline"]
            declared["stages"][0]["actions"].append(source)
            shop.client.update_pipeline(pipeline=declared)
            shop.client.start_pipeline_execution(name="shop")
            shop.clock.advance(minutes=10)
    shop.clock.advance(minutes=10)
    first, second, third = shop.executions()
    assert held(read(shop)) == {
        f"{first}/Live": shop.commits,
        f"{second}/Live": texts[1:2],
        f"{third}/Live": texts[2:],
    }


def test_a_repository_that_is_gone_leaves_the_pushes(shop: Shop) -> None:
    made = push(shop, "One", "Two")
    shop.git.delete_repository(repositoryName="shop")
    events = read(shop)
    assert list(held(events).values()) == [shop.commits[:1], made[-1:]]
    assert events.notes == (
        "changes from Git by the last commit of each push: CodeCommit answers "
        "RepositoryDoesNotExistException",
    )


def test_a_branch_and_commits_that_are_gone(shop: Shop) -> None:
    made = push(shop, "One", "Two")
    shop.git.delete_repository(repositoryName="shop")
    shop.git.create_repository(repositoryName="shop")
    shop.git.put_file(
        repositoryName="shop", branchName="trunk", filePath="a", fileContent=b"another history"
    )
    events = read(shop)
    assert events.changes is not None
    assert events.changes.empty
    assert made[-1] in set(events.deployments["version"])
    assert events.notes == ("2 commits left out: not in the repository shop",)


def test_the_command_counts_every_commit(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    push(shop, "One", "Two")
    region = shop.client.meta.region_name
    assert main(["dora", "--pipeline", "shop", "--region", region, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["metrics"]["change_lead_time"]["n"] == 2


# The walk itself, over histories that git wrote.


class History:
    """A repository of CodeCommit whose commits are written by git, which is quicker."""

    def __init__(self, aws: OfflineAWS) -> None:
        name = f"history-{next(NUMBERS)}"
        self.client = boto3.client("codecommit", region_name=aws.region)
        self.client.create_repository(repositoryName=name)
        (folder,) = aws.folder.glob(f"codecommit/*/*/{name}.git")
        self.name = name
        self.git = Repo(str(folder))
        self.git.object_store.add_object(Tree())
        self.parents: dict[str, list[str]] = {}

    def commit(self, parents: Sequence[str], minute: int) -> str:
        made = Commit()
        made.tree = Tree().id
        made.parents = [ObjectID(one.encode()) for one in parents]
        made.author = made.committer = b"A <a@example.com>"
        made.author_time = made.commit_time = int(MONDAY.timestamp()) + 60 * minute
        made.author_timezone = made.commit_timezone = 0
        made.message = f"commit {len(self.parents)}".encode()
        self.git.object_store.add_object(made)
        self.git.refs[Ref(b"refs/heads/main")] = made.id
        self.parents[made.id.decode()] = list(parents)
        return made.id.decode()

    def reach(self, commit: str) -> set[str]:
        return {commit}.union(*(self.reach(one) for one in self.parents[commit]))

    def walk(self) -> Walk:
        return Walk(Repository(self.client, self.name))


@pytest.fixture(scope="module")
def histories() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        yield running


graphs = st.lists(
    st.tuples(st.sets(st.integers(1, 12), max_size=2), st.integers(0, 3)), min_size=1, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(graphs, st.lists(st.tuples(st.integers(0, 11), st.booleans()), max_size=5))
def test_new_is_what_was_not_reached_before(
    histories: OfflineAWS, graph: list[tuple[set[int], int]], revisions: list[tuple[int, bool]]
) -> None:
    history = History(histories)
    ids: list[str] = []
    for back, minute in graph:  # parents by how far back they are; times in any order
        parents = dict.fromkeys(ids[-step] for step in sorted(back) if step <= len(ids))
        ids.append(history.commit(list(parents), minute))
    walk, known = history.walk(), set[str]()
    for place, succeeded in revisions:
        tip = ids[place % len(ids)]
        new = walk.new(tip)
        assert len(new) == len(set(new))
        assert set(new) == history.reach(tip) - known
        if succeeded:
            walk.take(new)
            known |= history.reach(tip)


def test_of_a_long_history_the_newest_commits(histories: OfflineAWS) -> None:
    """A branch from before the cut, merged after it, brings its own commits and no older ones."""
    history = History(histories)
    ids = [history.commit([], 0)]
    for minute in range(1, MOST_AT_FIRST + 50):
        ids.append(history.commit(ids[-1:], minute))
    old = history.commit([ids[10]], 11)
    branch = history.commit([old], MOST_AT_FIRST + 60)
    merge = history.commit([ids[-1], branch], MOST_AT_FIRST + 61)
    walk = history.walk()
    first = walk.new(ids[-1])
    assert first == ids[-MOST_AT_FIRST:][::-1]
    assert walk.cut_off
    walk.take(first)
    assert walk.new(merge) == [merge, branch, old]
