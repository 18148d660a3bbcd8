"""Chapter 02: other right routes pass, typical mistakes get their own sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from dulwich.objects import Commit
from dulwich.refs import Ref
from dulwich.repo import Repo

from devops_workbook import chapters, dora
from devops_workbook.chapters.source_control import (
    REVIEWERS,
    as_role,
    clone_url,
    draw_histories,
    files_with_key,
    payments,
    rule_of,
)
from devops_workbook.errors import UnknownKeyError
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

CHECKOUT = "orders/checkout.py"
FOOTER = "storefront/src/Footer.jsx"
SETTINGS = "infrastructure/orders.env"


@pytest.fixture
def lab() -> Iterator[Lab]:
    """The chapter's lab, as it begins."""
    opened = Lab(chapters.load("source-control"), recording=False)
    yield opened
    opened.close()


@pytest.fixture
def shop(lab: Lab) -> Any:
    """A client of CodeCommit."""
    return boto3.client("codecommit")


def tip(shop: Any, branch: str = "main") -> str:
    return str(shop.get_branch(repositoryName="shop", branchName=branch)["branch"]["commitId"])


def text(shop: Any, path: str, branch: str = "main") -> str:
    found = shop.get_file(repositoryName="shop", filePath=path, commitSpecifier=branch)
    return bytes(found["fileContent"]).decode()


def put(shop: Any, path: str, content: str, branch: str = "main") -> str:
    answer = shop.put_file(
        repositoryName="shop",
        branchName=branch,
        filePath=path,
        fileContent=content.encode(),
        parentCommitId=tip(shop, branch),
    )
    return str(answer["commitId"])


def open_request(shop: Any, **more: str) -> str:
    target = {"repositoryName": "shop", "sourceReference": "new-year", **more}
    answer = shop.create_pull_request(title="2026", targets=[target])
    return str(answer["pullRequest"]["pullRequestId"])


def add_rule(shop: Any, number: str, content: str) -> None:
    shop.create_pull_request_approval_rule(
        pullRequestId=number, approvalRuleName="a rule", approvalRuleContent=content
    )


def new_year(shop: Any, path: str = FOOTER, content: str | None = None) -> str:
    shop.create_branch(repositoryName="shop", branchName="new-year", commitId=tip(shop))
    return put(shop, path, content or text(shop, FOOTER).replace("2025", "2026"), "new-year")


def test_both_copies_hold_the_same_work(lab: Lab) -> None:
    seen = []
    for name in ("shop-gitflow", "shop-trunk"):
        with Repo(clone_url(lab, name)) as repo:
            main = repo.refs[Ref(b"refs/heads/main")]
            walked = [entry.commit for entry in repo.get_walker([main])]
            work = {(c.author, c.author_time, c.message) for c in walked if len(c.parents) == 1}
            seen.append((walked[0].tree, work))
        events = dora.from_git(clone_url(lab, name), tags="v*")
        assert events.changes is not None
        assert events.changes["deployment_id"].notna().all()
    assert seen[0] == seen[1]
    assert len(seen[0][1]) == 36


def test_every_run_begins_with_the_same_commits(lab: Lab) -> None:
    def refs() -> dict[str, object]:
        found: dict[str, object] = {}
        for name in ("shop", "shop-gitflow", "shop-trunk"):
            with Repo(clone_url(lab, name)) as repo:
                found[name] = dict(repo.get_refs())
        return found

    before = refs()
    lab.reset()
    assert refs() == before


def test_a_branch_made_through_the_api_is_as_good_as_a_push(lab: Lab, shop: Any) -> None:
    commit = new_year(shop)
    assert lab.check("push-with-git", commit).passed
    assert lab.check("push-with-git", commit.encode()).passed


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (FOOTER, "© 2027", "should say 2026"),
        (FOOTER, "© 2025 to 2026", "where it said 2025"),
        ("README.md", "# 2026", "should say 2026"),
    ],
)
def test_a_branch_with_another_change_is_told_apart(
    lab: Lab, shop: Any, path: str, content: str, said: str
) -> None:
    result = lab.check("push-with-git", new_year(shop, path, content))
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


def test_one_change_a_branch(lab: Lab, shop: Any) -> None:
    new_year(shop)
    commit = put(shop, "README.md", "# shop, 2026\n", "new-year")
    assert "only the footer" in lab.check("push-with-git", commit).message


@pytest.mark.parametrize(
    "members", [(REVIEWERS,), ("CodeCommitApprovers:123456789012:reviewers/*",)]
)
def test_a_pool_may_be_written_either_way(lab: Lab, shop: Any, members: tuple[str]) -> None:
    lab.catch_up("pull-request")
    number = open_request(shop)
    add_rule(shop, number, rule_of(1, *members))
    assert lab.check("pull-request", number).passed
    assert lab.check("pull-request", int(number)).passed


def test_a_pool_of_the_authors_is_no_review(lab: Lab, shop: Any) -> None:
    lab.catch_up("pull-request")
    number = open_request(shop)
    add_rule(shop, number, rule_of(1, REVIEWERS.replace("reviewers", "storefront")))
    assert "It should be the role reviewers" in lab.check("pull-request", number).message


def test_a_pull_request_into_another_branch_is_named(lab: Lab, shop: Any) -> None:
    lab.catch_up("pull-request")
    number = open_request(shop, destinationReference="gift-note")
    assert "new-year to go into gift-note" in lab.check("pull-request", number).message
    assert "99" in lab.check("pull-request", "99").message


def test_the_prediction_holds_when_the_learner_has_approved_again(lab: Lab, shop: Any) -> None:
    right = {
        "author_can_approve": False,
        "rule_survives_push": True,
        "approval_survives_push": False,
    }
    assert lab.check("whose-approval", right).passed
    revision = shop.get_pull_request(pullRequestId="1")["pullRequest"]["revisionId"]
    as_role("reviewers").update_pull_request_approval_state(
        pullRequestId="1", revisionId=revision, approvalState="APPROVE"
    )
    shop.merge_pull_request_by_three_way(pullRequestId="1", repositoryName="shop")
    assert lab.check("whose-approval", right).passed


@pytest.mark.parametrize("kind", ["fast_forward", "squash", "three_way"])
def test_any_kind_of_merge_will_do_and_the_checks_before_still_pass(
    lab: Lab, shop: Any, kind: str
) -> None:
    lab.catch_up("review-and-merge")
    revision = shop.get_pull_request(pullRequestId="2")["pullRequest"]["revisionId"]
    as_role("reviewers").update_pull_request_approval_state(
        pullRequestId="2", revisionId=revision, approvalState="APPROVE"
    )
    merge = getattr(shop, f"merge_pull_request_by_{kind}")
    merge(pullRequestId="2", repositoryName="shop")
    assert lab.check("review-and-merge").passed
    assert lab.check("pull-request", "2").passed
    assert lab.check("push-with-git", tip(shop, "new-year")).passed


def test_a_merge_without_a_rule_had_no_review(lab: Lab, shop: Any) -> None:
    new_year(shop)
    number = open_request(shop)
    shop.merge_pull_request_by_squash(pullRequestId=number, repositoryName="shop")
    assert "merged without an approval" in lab.check("review-and-merge").message


def test_a_conflict_is_resolved_with_git(lab: Lab, shop: Any, tmp_path: Path) -> None:
    def git(*arguments: str, status: int = 0) -> None:
        name = ("-c", "user.name=Orders team", "-c", "user.email=orders@shop.example")
        done = subprocess.run(["git", *name, *arguments], cwd=tmp_path, capture_output=True)
        assert done.returncode == status, done.stderr

    git("clone", clone_url(lab, "shop"), ".")
    git("merge", "origin/free-shipping", status=1)
    git("commit", "--all", "--message", "Merge it as it is")
    git("push", "origin", "main")
    assert "a line that marks a conflict: <<<<<<<" in lab.check("resolve-conflict").message

    (tmp_path / CHECKOUT).write_text(
        '"""What a customer pays."""\nfrom decimal import Decimal\n\n\n'
        "def shipping(subtotal):\n"
        "    if subtotal >= 50:\n        return Decimal(0)\n    return Decimal('5.90')\n"
    )
    git("commit", "--all", "--message", "Keep both")
    git("push", "origin", "main")
    assert lab.check("resolve-conflict").passed


def test_one_side_accepted_is_the_other_side_lost(lab: Lab, shop: Any) -> None:
    shop.merge_branches_by_three_way(
        repositoryName="shop",
        sourceCommitSpecifier="free-shipping",
        destinationCommitSpecifier="main",
        conflictResolutionStrategy="ACCEPT_DESTINATION",
    )
    result = lab.check("resolve-conflict")
    assert result.outcome is Outcome.NOT_YET
    assert "Free shipping is lost" in result.message


@pytest.mark.parametrize(
    ("content", "outcome", "said"),
    [
        ("def shipping(:\n", Outcome.RAISED, "does not run. SyntaxError"),
        ("def shipping(subtotal):\n    return price\n", Outcome.RAISED, "name 'price'"),
        ("def total(subtotal):\n    return subtotal\n", Outcome.NOT_YET, "no function shipping"),
        ("def shipping(subtotal):\n    return 0\n", Outcome.NOT_YET, "A basket of 20 pays 0"),
    ],
)
def test_a_file_that_does_not_do_is_told_apart(
    lab: Lab, shop: Any, content: str, outcome: Outcome, said: str
) -> None:
    put(shop, CHECKOUT, content)
    result = lab.check("resolve-conflict")
    assert result.outcome is outcome
    assert said in result.message


def test_lead_time_and_batch_by_other_means(lab: Lab) -> None:
    def delivery(folder: str) -> list[float]:
        events = dora.from_git(folder, tags="v*")
        metrics = dora.measure(events)
        releases = len(metrics.lead_times["deployment_id"].unique())
        return [metrics.change_lead_time.value, metrics.change_lead_time.n / releases]

    result = lab.check("two-ways", delivery)
    assert result.passed, result


def test_the_picture_says_what_it_shows(lab: Lab) -> None:
    drawn = draw_histories(
        {
            clone_url(lab, "shop-gitflow"): ("GitFlow", "main", "develop"),
            clone_url(lab, "shop-trunk"): ("Trunk-based", "main"),
        }
    )
    assert "GitFlow: 36 commits on branches of 7.9 days, 3 releases" in drawn.alt
    assert "Trunk-based: 36 commits on branches of 2 hours, 22 releases" in drawn.alt
    assert drawn.png().startswith(b"\x89PNG")


def test_a_short_id_and_bytes_name_the_first_leak_too(lab: Lab) -> None:
    with Repo(clone_url(lab, "shop")) as repo:
        walker = repo.get_walker([repo.refs[Ref(b"refs/heads/main")]], reverse=True)
        first = next(entry.commit.id for entry in walker if files_with_key(repo, entry.commit))
    for answer in (first, first.decode(), first.decode()[:7]):
        assert lab.check("find-leak", answer).passed
    assert "found none" in lab.check("find-leak", "0" * 40).message


def rotate() -> None:
    secrets = boto3.client("secretsmanager")
    leaked = secrets.get_secret_value(SecretId="shop/payment-key")["SecretString"]
    secrets.update_secret(SecretId="shop/payment-key", SecretString=payments.issue_key())
    payments.revoke(leaked)


def test_the_key_is_rotated_first_and_removed_later(lab: Lab, shop: Any) -> None:
    assert lab.check("leaked-key").outcome is Outcome.NOT_STARTED
    rotate()
    result = lab.check("leaked-key")
    assert f"still lies in {SETTINGS}" in result.message
    settings = text(shop, SETTINGS)
    put(shop, SETTINGS, "".join(line for line in settings.splitlines(True) if "KEY" not in line))
    assert lab.check("leaked-key").passed


def test_the_other_settings_stay(lab: Lab, shop: Any) -> None:
    rotate()
    shop.delete_file(
        repositoryName="shop", branchName="main", filePath=SETTINGS, parentCommitId=tip(shop)
    )
    result = lab.check("leaked-key")
    assert result.outcome is Outcome.NOT_YET
    assert "other settings" in result.message


def test_a_role_that_nobody_has_is_not_taken_for_a_reviewer(lab: Lab) -> None:
    with pytest.raises(UnknownKeyError, match=r"no role 'reviewer'\. Did you mean 'reviewers'"):
        as_role("reviewer")


def test_a_commit_that_changes_nothing_is_told_from_a_change(lab: Lab, shop: Any) -> None:
    shop.create_branch(repositoryName="shop", branchName="new-year", commitId=tip(shop))
    with Repo(clone_url(lab, "shop")) as repo:
        same = repo[tip(shop).encode()].copy()
        assert isinstance(same, Commit)
        same.parents, same.message = [tip(shop).encode()], b"2026"
        repo.object_store.add_object(same)
        repo.refs[Ref(b"refs/heads/new-year")] = same.id
    assert "and the file added" in lab.check("push-with-git", same.id).message
