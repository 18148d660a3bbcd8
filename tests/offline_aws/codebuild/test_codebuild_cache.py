"""Caches: what one build keeps for the next, and the lab time that it saves."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from codebuild_lab import Lab, spec

S3: dict[str, Any] = {"type": "S3", "location": "shop/caches"}
LOCAL: dict[str, Any] = {"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]}
INSTALL = "test -f deps/a/lib || { sleep 90; mkdir -p deps/a; echo made in $N > deps/a/lib; }"


def seconds(build: dict[str, Any]) -> float:
    (phase,) = (p for p in build["phases"] if p["phaseType"] == "BUILD")
    return float(phase["durationInSeconds"])


def cached(*lines: str) -> str:
    return spec(INSTALL, "cat deps/a/lib") + "cache:\n" + "".join(f"  {line}\n" for line in lines)


def build(lab: Lab, n: int, **overrides: Any) -> dict[str, Any]:
    variable = {"name": "N", "value": f"build {n}"}
    return lab.build(environmentVariablesOverride=[variable], **overrides)


@pytest.mark.parametrize("cache", [S3, LOCAL])
@pytest.mark.parametrize("paths", ["['deps/**/*']", "[deps]", "[deps/a/lib]"])
def test_the_second_build_is_quick(lab: Lab, cache: dict[str, Any], paths: str) -> None:
    lab.create(cached(f"paths: {paths}"), cache=cache)
    first, second = build(lab, 1), build(lab, 2)
    assert (seconds(first), seconds(second)) == (94, 4)
    assert "made in build 1" in lab.log(second)


def test_without_a_cache_every_build_is_slow(lab: Lab) -> None:
    lab.create(cached("paths: [deps]"))
    assert [seconds(build(lab, n)) for n in (1, 2)] == [94, 94]


def test_a_cache_in_the_home(lab: Lab) -> None:
    text = spec("test -f ~/.m2/lib || { sleep 9; mkdir ~/.m2; touch ~/.m2/lib; }")
    lab.create(text + "cache:\n  paths: ['/root/.m2/**/*']\n", cache=S3)
    assert [seconds(lab.build()) for _ in (1, 2)] == [11, 2]


def test_links_in_a_cache(lab: Lab) -> None:
    text = spec("test -L deps/link || { mkdir deps; echo 1 > deps/lib; ln -s lib deps/link; }")
    lab.create(text + "cache:\n  paths: [deps]\n", cache=S3)
    lab.build()
    again = spec("readlink deps/link; cat deps/link") + "cache:\n  paths: [deps]\n"
    log = lab.log(lab.build(buildspecOverride=again))
    assert log.index("lib") + 1 == log.index("1")


def test_keys(lab: Lab) -> None:
    text = cached("key: npm-$LOCK", "fallback-keys: [npm-]", "paths: [deps]")
    lab.create(text, cache={**S3, "cacheNamespace": "shared"})

    def log(n: int, lock: str) -> list[str]:
        variables = [{"name": "N", "value": str(n)}, {"name": "LOCK", "value": lock}]
        return lab.log(lab.build(environmentVariablesOverride=variables))

    assert "made in 1" in log(1, "a")
    assert lab.objects() == ["caches/shared/npm-a.zip"]
    assert "made in 1" in log(2, "b"), "the fallback key finds the other's"
    assert lab.objects() == ["caches/shared/npm-a.zip", "caches/shared/npm-b.zip"]
    lab.s3.delete_object(Bucket="shop", Key="caches/shared/npm-a.zip")
    assert "made in 1" in log(3, "a")


@pytest.mark.parametrize(("action", "wanted"), [("save", [94, 94]), ("restore", [94, 94])])
def test_one_half_only(lab: Lab, action: str, wanted: list[float]) -> None:
    lab.create(cached(f"action: {action}", "paths: [deps]"), cache=S3)
    assert [seconds(build(lab, n)) for n in (1, 2)] == wanted
    assert lab.objects() == (["caches/orders/cache.zip"] if action == "save" else [])


def test_a_failed_build_keeps_nothing(lab: Lab) -> None:
    lab.create(spec(INSTALL, "false") + "cache:\n  paths: [deps]\n", cache=S3)
    assert lab.build()["buildStatus"] == "FAILED"
    assert lab.objects() == []


def test_a_cache_that_cannot_be_reached_fails_nothing(lab: Lab) -> None:
    lab.create(cached("paths: [deps]"), cache={"type": "S3", "location": "nowhere"})
    assert build(lab, 1)["buildStatus"] == "SUCCEEDED"


def test_what_is_refused(lab: Lab) -> None:
    with pytest.raises(lab.codebuild.exceptions.InvalidInputException, match="location"):
        lab.create(spec("true"), cache={"type": "S3"})
    lab.create(spec("true"), cache={"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]})
    with pytest.raises(ClientError, match="LOCAL_SOURCE_CACHE is not simulated offline"):
        lab.codebuild.start_build(projectName="orders")
