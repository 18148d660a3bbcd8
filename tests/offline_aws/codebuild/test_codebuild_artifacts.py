"""Artifacts: which files, under which names, where in offline S3."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from codebuild_lab import Lab, spec

# The directory structure of the example in the AWS CodeBuild User Guide, "base-directory".
TREE = (
    "mkdir -p my-build1 my-build2/my-subdirectory && echo 1 > my-build1/my-file1.txt",
    "echo 2 > my-build2/my-file2.txt && echo 3 > my-build2/my-subdirectory/my-file3.txt",
)


def zip_to(key: str = "out.zip", **more: Any) -> dict[str, Any]:
    return {"type": "S3", "location": "shop", "name": key, "packaging": "ZIP", **more}


def artifacts(**keys: str) -> str:
    lines = "".join(f"  {key.replace('_', '-')}: {value}\n" for key, value in keys.items())
    return f"artifacts:\n{lines}"


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (
            {"files": "['*/my-file3.txt']", "base_directory": "my-build2"},
            ["my-subdirectory/my-file3.txt"],
        ),
        (
            {"files": "['**/*']", "base_directory": "'my-build*'", "discard_paths": "yes"},
            ["my-file1.txt", "my-file2.txt", "my-file3.txt"],
        ),
        (
            {"files": "['my-build2/*']"},
            ["my-build2/my-file2.txt"],
        ),
        (
            {"files": "['my-build2/**/*']"},
            ["my-build2/my-file2.txt", "my-build2/my-subdirectory/my-file3.txt"],
        ),
        (
            {"files": "['my-build2/**']", "exclude_paths": "['my-build2/my-subdirectory']"},
            ["my-build2/my-file2.txt"],
        ),
        (
            {"files": "['**/*']", "exclude_paths": "['**/*2.txt', my-build1/my-file1.txt]"},
            ["my-build2/my-subdirectory/my-file3.txt"],
        ),
        ({"files": "['/**/*', '..', 'a**', '', '../*', my-build1/*]"}, ["my-build1/my-file1.txt"]),
        (
            {"files": "['*/my-file1.txt']", "exclude_paths": "[/etc, '']"},
            ["my-build1/my-file1.txt"],
        ),
        ({"files": "[none.txt, my-build1/my-file1.txt, /etc/passwd]"}, ["my-build1/my-file1.txt"]),
    ],
)
def test_which_files(lab: Lab, keys: dict[str, str], names: list[str]) -> None:
    build = lab.run(*TREE, more=artifacts(**keys), artifacts=zip_to())
    assert build["buildStatus"] == "SUCCEEDED"
    assert sorted(lab.get_zip("out.zip")) == names


def test_a_zip_s_description(lab: Lab) -> None:
    build = lab.run(*TREE, more=artifacts(files="['**/*']"), artifacts=zip_to())
    data = lab.get("out.zip")
    described = build["artifacts"]
    assert described["location"] == "arn:aws:s3:::shop/out.zip"
    assert described["sha256sum"] == hashlib.sha256(data).hexdigest()
    assert described["md5sum"] == hashlib.md5(data).hexdigest()
    assert lab.get_zip("out.zip")["my-build1/my-file1.txt"] == "1\n"


def test_files_instead_of_a_zip(lab: Lab) -> None:
    place = zip_to("site", packaging="NONE", path="www/")
    build = lab.run(*TREE, more=artifacts(files="['**/*.txt']"), artifacts=place)
    assert "www/site/my-build2/my-subdirectory/my-file3.txt" in lab.objects()
    assert build["artifacts"]["location"] == "arn:aws:s3:::shop/www/site"
    assert build["artifacts"]["sha256sum"] == ""


@pytest.mark.parametrize(
    ("settings", "keys", "wanted"),
    [
        ({}, {}, "orders"),
        ({"name": "a.zip", "path": "p/q"}, {}, "p/q/a.zip"),
        ({"name": "a.zip", "namespaceType": "BUILD_ID"}, {"s3_prefix": "pre"}, "pre/UUID/a.zip"),
        ({"name": "a.zip"}, {"name": "b-$TAG"}, "a.zip"),
        (
            {"name": "a.zip", "overrideArtifactName": True},
            {"name": "b-$TAG-$(echo x).zip"},
            "b-v1-x.zip",
        ),
    ],
)
def test_where_it_goes(
    lab: Lab, settings: dict[str, Any], keys: dict[str, str], wanted: str
) -> None:
    place = {"type": "S3", "location": "shop", "packaging": "ZIP", **settings}
    more = artifacts(files="[f]", **keys)
    build = lab.run("echo 1 > f; TAG=v1", more=more, artifacts=place)
    assert lab.objects() == [wanted.replace("UUID", build["id"].split(":")[1])]


def test_secondary_artifacts(lab: Lab) -> None:
    more = artifacts(files="[a]") + (
        "  secondary-artifacts:\n    docs:\n      files: [b]\n    extra:\n      files: [a]\n"
    )
    second = zip_to("docs.zip", artifactIdentifier="docs")
    build = lab.run(
        "echo 1 > a; echo 2 > b", more=more, artifacts=zip_to(), secondaryArtifacts=[second]
    )
    assert lab.get_zip("out.zip") == {"a": "1\n"}
    assert lab.get_zip("docs.zip") == {"b": "2\n"}
    (described,) = build["secondaryArtifacts"]
    assert described["artifactIdentifier"] == "docs"


def test_artifacts_come_at_their_time_in_the_lab(lab: Lab) -> None:
    lab.create(spec("echo 1 > a", "sleep 60") + artifacts(files="[a]"), artifacts=zip_to())
    lab.codebuild.start_build(projectName="orders")
    lab.clock.advance(seconds=80)
    assert lab.objects() == []
    lab.clock.advance(seconds=60)
    assert lab.objects() == ["out.zip"]


def test_a_failed_build_uploads_what_there_is(lab: Lab) -> None:
    build = lab.run("echo 1 > a; false", more=artifacts(files="[a]"), artifacts=zip_to())
    assert build["buildStatus"] == "FAILED"
    assert lab.objects() == ["out.zip"]


@pytest.mark.parametrize(
    ("keys", "place", "message"),
    [
        ({"files": "[none]"}, {}, "no matching artifact paths found"),
        (
            {"files": "[a]", "base_directory": "dist"},
            {},
            "no matching base directory path found for dist",
        ),
        (
            {"files": "['**/*']", "base_directory": "../../.."},
            {},
            "no matching base directory path found for",
        ),
        ({"files": "[a]"}, {"location": "nowhere"}, "NoSuchBucket"),
    ],
)
def test_what_fails_the_upload(
    lab: Lab, keys: dict[str, str], place: dict[str, str], message: str
) -> None:
    build = lab.run("echo 1 > a", more=artifacts(**keys), artifacts=zip_to(**place))
    assert build["buildStatus"] == "FAILED"
    (phase,) = (p for p in build["phases"] if p["phaseType"] == "UPLOAD_ARTIFACTS")
    (context,) = phase["contexts"]
    assert context["statusCode"] == "CLIENT_ERROR"
    assert message in context["message"]
    assert "sha256sum" not in build["artifacts"]


def test_modes_and_links(lab: Lab) -> None:
    more = artifacts(files="['*']", enable_symlinks="yes")
    lab.run("echo 'echo ran' > run; chmod 755 run; ln -s run link", more=more, artifacts=zip_to())
    assert lab.get_zip("out.zip") == {"link": "run", "run": "echo ran\n"}
    source = {"type": "S3", "location": "shop/out.zip", "buildspec": spec("./run")}
    lab.create(name="user", source=source)
    assert "ran" in lab.log(lab.build("user"))
