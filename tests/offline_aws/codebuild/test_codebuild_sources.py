"""Where a build's source comes from: a zip or a folder in offline S3, more than one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from codebuild_lab import Lab, spec

BUILDSPEC = spec("cat hello.txt")


def s3(location: str, **more: Any) -> dict[str, Any]:
    return {"type": "S3", "location": location, **more}


def test_a_zip_with_its_buildspec(lab: Lab) -> None:
    lab.put_zip("in/source.zip", {"buildspec.yml": BUILDSPEC, "hello.txt": "from the zip"})
    lab.create(source=s3("shop/in/source.zip"))
    build = lab.build()
    assert build["buildStatus"] == "SUCCEEDED"
    assert "from the zip" in lab.log(build)


def test_a_folder_and_a_buildspec_elsewhere(lab: Lab) -> None:
    lab.s3.put_object(Bucket="shop", Key="in/hello.txt", Body=b"from the folder")
    lab.s3.put_object(Bucket="shop", Key="in/ci/spec.yml", Body=BUILDSPEC.encode())
    lab.s3.put_object(Bucket="shop", Key="in/../../out.txt", Body=b"not written")
    lab.create(source=s3("shop/in/", buildspec="ci/spec.yml"))
    assert "from the folder" in lab.log(lab.build())


def test_a_buildspec_in_s3(lab: Lab) -> None:
    lab.s3.put_object(Bucket="shop", Key="spec.yml", Body=spec("echo from s3").encode())
    lab.create("arn:aws:s3:::shop/spec.yml")
    assert "from s3" in lab.log(lab.build())


def test_a_buildspec_in_json(lab: Lab) -> None:
    lab.create('{"version": "0.2", "phases": {"build": {"commands": ["echo from json"]}}}')
    assert "from json" in lab.log(lab.build())


def test_a_version_of_the_zip(lab: Lab) -> None:
    lab.s3.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
    lab.put_zip("source.zip", {"buildspec.yml": BUILDSPEC, "hello.txt": "old"})
    version = lab.s3.head_object(Bucket="shop", Key="source.zip")["VersionId"]
    lab.put_zip("source.zip", {"buildspec.yml": BUILDSPEC, "hello.txt": "new"})
    lab.create(source=s3("shop/source.zip"))
    assert "new" in lab.log(lab.build())
    build = lab.build(sourceVersion=version)
    assert "old" in lab.log(build)
    assert build["sourceVersion"] == version


def test_secondary_sources(lab: Lab) -> None:
    lab.put_zip("a.zip", {"buildspec.yml": spec("cat $CODEBUILD_SRC_DIR_docs/b.txt")})
    lab.put_zip("b.zip", {"b.txt": "the docs"})
    second = s3("shop/b.zip", sourceIdentifier="docs")
    lab.create(source=s3("shop/a.zip"), secondarySources=[second])
    assert "the docs" in lab.log(lab.build())


def test_a_build_s_own_source_and_buildspec(lab: Lab) -> None:
    lab.create(spec("echo inline"))
    lab.put_zip("a.zip", {"hello.txt": "overridden"})
    build = lab.build(
        sourceTypeOverride="S3",
        sourceLocationOverride="shop/a.zip",
        buildspecOverride=BUILDSPEC,
    )
    assert "overridden" in lab.log(build)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("shop/none.zip", "NoSuchKey: .* for primary source"),
        ("nowhere/none.zip", "NoSuchBucket: .* for primary source"),
        ("nowhere/folder/", "NoSuchBucket: .* for primary source"),
        ("shop/text.zip", "not a valid zip"),
        ("shop/empty.zip", r"stat /codebuild/output/src/buildspec\.yml: no such file"),
    ],
)
def test_a_source_that_cannot_be_had(lab: Lab, location: str, message: str) -> None:
    lab.s3.put_object(Bucket="shop", Key="text.zip", Body=b"text")
    lab.put_zip("empty.zip", {})
    lab.create(source=s3(location))
    build = lab.build()
    assert build["buildStatus"] == "FAILED"
    (context,) = build["phases"][3]["contexts"]
    assert re.search(message, context["message"])
