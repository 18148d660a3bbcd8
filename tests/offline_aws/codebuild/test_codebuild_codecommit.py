"""A build's source in CodeCommit: which commit, which files, and what the build is told of it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from codebuild_lab import Lab, spec

URL = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
BUILDSPEC = spec("cat hello.txt", "env | grep -E '^CODEBUILD_(SOURCE|RESOLVED)' | sort")


class Repository:
    """A repository named shop with a branch main."""

    def __init__(self, region: str = "us-east-1") -> None:
        self.client = boto3.client("codecommit", region)
        self.client.create_repository(repositoryName="shop")
        self.first = self.commit("main", {"buildspec.yml": BUILDSPEC, "hello.txt": "first"})

    def commit(self, branch: str, files: dict[str, str], **modes: str) -> str:
        known = self.client.list_branches(repositoryName="shop")["branches"]
        parent = {"parentCommitId": self.tip(branch)} if branch in known else {}
        put = [
            {
                "filePath": path,
                "fileContent": text.encode(),
                "fileMode": modes.get(path.partition(".")[0], "NORMAL"),
            }
            for path, text in files.items()
        ]
        answer = self.client.create_commit(
            repositoryName="shop", branchName=branch, putFiles=put, **parent
        )
        return str(answer["commitId"])

    def tip(self, branch: str) -> str:
        found = self.client.get_branch(repositoryName="shop", branchName=branch)
        return str(found["branch"]["commitId"])


@pytest.fixture
def shop(lab: Lab) -> Repository:
    return Repository()


def codecommit(location: str = URL, **more: Any) -> dict[str, Any]:
    return {"type": "CODECOMMIT", "location": location, **more}


def told(lab: Lab, build: dict[str, Any]) -> dict[str, str]:
    """Return the variables of the source that the build's log shows."""
    lines = [line for line in lab.log(build) if line.startswith("CODEBUILD_")]
    return dict(line.removeprefix("CODEBUILD_").split("=", 1) for line in lines)


def test_the_default_branch(lab: Lab, shop: Repository) -> None:
    lab.create(source=codecommit())
    build = lab.build()
    assert build["buildStatus"] == "SUCCEEDED"
    assert "first" in lab.log(build)
    assert build["resolvedSourceVersion"] == shop.first
    assert "sourceVersion" not in build
    assert told(lab, build) == {
        "SOURCE_REPO_URL": URL,
        "SOURCE_VERSION": shop.first,
        "RESOLVED_SOURCE_VERSION": shop.first,
    }


def test_versions_by_branch_commit_and_both(lab: Lab, shop: Repository) -> None:
    feature = {"repositoryName": "shop", "branchName": "feature/a"}
    shop.client.create_branch(**feature, commitId=shop.first)
    second = shop.commit("feature/a", {"hello.txt": "second"})
    lab.create(source=codecommit(), sourceVersion="feature/a")
    for version, commit, text in [
        ("", second, "second"),
        ("feature/a", second, "second"),
        ("refs/heads/feature/a", second, "second"),
        ("refs/heads/main", shop.first, "first"),
        (shop.first, shop.first, "first"),
        (f"refs/heads/feature/a^{{{shop.first}}}", shop.first, "first"),
    ]:
        build = lab.build(sourceVersion=version)
        assert build["resolvedSourceVersion"] == commit, version
        assert build["sourceVersion"] == (version or "feature/a")
        assert text in lab.log(build), version
        assert told(lab, build)["SOURCE_VERSION"] == (version or "feature/a")


def test_modes_links_folders_and_bytes(lab: Lab, shop: Repository) -> None:
    shop.commit(
        "main",
        {
            "buildspec.yml": spec("bin/run.sh; cat link; readlink link; ls a/b; ls -a . | wc -l"),
            "bin/run.sh": "#!/bin/sh\necho it runs\n",
            "a/b/ü.txt": "",
            "link": "hello.txt",
            "outside": "/etc/hostname",
        },
        **{"bin/run": "EXECUTABLE", "link": "SYMLINK", "outside": "SYMLINK"},
    )
    lab.create(source=codecommit())
    log = lab.log(lab.build())
    assert "it runs" in log
    assert {"firsthello.txt", "ü.txt"} <= set(log)
    assert "8" in {line.strip() for line in log}  # no .git


def test_more_files_than_a_page_holds(lab: Lab, shop: Repository) -> None:
    for begin in (0, 60):
        shop.commit("main", {f"many/{i:03}.txt": str(i) for i in range(begin, begin + 60)})
    shop.commit("main", {"buildspec.yml": spec("ls many | wc -l; cat many/119.txt")})
    lab.create(source=codecommit())
    assert {"120", "119"} <= {line.strip() for line in lab.log(lab.build())}


def test_secondary_sources_and_their_versions(lab: Lab, shop: Repository) -> None:
    second = shop.commit("main", {"hello.txt": "second"})
    commands = spec("cat $CODEBUILD_SRC_DIR_old/hello.txt", "env | grep -E 'SOURCE.*_(old|new)='")
    lab.create(
        source={"type": "NO_SOURCE", "buildspec": commands},
        secondarySources=[codecommit(sourceIdentifier=each) for each in ("old", "new")],
        secondarySourceVersions=[{"sourceIdentifier": "old", "sourceVersion": shop.first}],
    )
    build = lab.build()
    assert "first" in lab.log(build)
    assert "resolvedSourceVersion" not in build
    assert told(lab, build) == {
        "SOURCE_REPO_URL_old": URL,
        "SOURCE_REPO_URL_new": URL,
        "SOURCE_VERSION_old": shop.first,
        "SOURCE_VERSION_new": second,
    }


def test_a_repository_of_another_region(lab: Lab) -> None:
    shop = Repository("eu-west-1")
    lab.create(source=codecommit(URL.replace("us-east-1", "eu-west-1")))
    assert lab.build()["resolvedSourceVersion"] == shop.first


def test_the_commit_is_known_when_the_source_is_there(lab: Lab, shop: Repository) -> None:
    lab.create(source=codecommit())
    started = lab.codebuild.start_build(projectName="orders")["build"]
    assert "resolvedSourceVersion" not in started
    lab.clock.advance_until(lambda: lab.look(started["id"])["currentPhase"] == "INSTALL")
    assert lab.look(started["id"])["resolvedSourceVersion"] == shop.first


@pytest.mark.parametrize(
    ("location", "version", "message"),
    [
        (URL + "s", "", "repository not found for primary source"),
        (URL + "s", "main", "repository not found for primary source and source version main"),
        ("shop", "main", "repository not found for primary source and source version main"),
        (URL, "none", "reference not found for primary source and source version none"),
        (URL, "a" * 40, f"reference not found for primary source and source version {'a' * 40}"),
        (URL, "..", "reference not found for primary source and source version .."),
    ],
)
def test_a_source_that_is_not_there(
    lab: Lab, shop: Repository, location: str, version: str, message: str
) -> None:
    lab.create(source=codecommit(location))
    build = lab.build(sourceVersion=version)
    assert build["buildStatus"] == "FAILED"
    failed = build["phases"][3]
    assert (failed["phaseType"], failed["phaseStatus"]) == ("DOWNLOAD_SOURCE", "FAILED")
    assert failed["contexts"] == [{"statusCode": "CLIENT_ERROR", "message": message}]
    assert "resolvedSourceVersion" not in build


def test_a_repository_without_a_commit_and_a_secondary_source(lab: Lab) -> None:
    boto3.client("codecommit").create_repository(repositoryName="shop")
    lab.create(spec("true"), secondarySources=[codecommit(sourceIdentifier="docs")])
    (context,) = lab.build()["phases"][3]["contexts"]
    assert context["message"] == "reference not found for secondary source docs"
