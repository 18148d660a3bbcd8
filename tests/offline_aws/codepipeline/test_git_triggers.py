"""Which git events pass the filters of a trigger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_aws.codepipeline.git_triggers import GitEvent, matches

NAMES = st.text("abv1.-_", min_size=1, max_size=6)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def trigger(kind: str = "push", **criteria: Any) -> dict[str, Any]:
    return several((kind, criteria))


def several(*filters: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    git: dict[str, Any] = {"sourceActionName": "Git"}
    for kind, criteria in filters:
        git.setdefault(kind, []).append(criteria)
    return {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}


def push(branch: str = "main", *files: str) -> GitEvent:
    return GitEvent("push", branch=branch, files=files or ("README.md",))


def tagged(tag: str) -> GitEvent:
    return GitEvent("push", tag=tag)


def request(action: str, branch: str = "main", *files: str) -> GitEvent:
    return GitEvent("pullRequest", branch=branch, files=files or ("README.md",), action=action)


def includes(*patterns: str) -> dict[str, list[str]]:
    return {"includes": list(patterns)}


def excludes(*patterns: str) -> dict[str, list[str]]:
    return {"excludes": list(patterns)}


@pytest.mark.parametrize(
    ("pattern", "name", "passes"),
    [
        ("main", "main", True),
        ("main", "maine", False),
        ("feature/*", "feature/basket", True),
        ("feature/*", "feature/basket/colour", False),
        ("feature/**", "feature/basket/colour", True),
        ("feature/**", "feature", False),
        ("**", "any/thing", True),
        ("*" * 255, "any/thing" * 20, True),
        ("*" * 254 + "x", "any/thing" * 20, False),
        ("*", "any/thing", False),
        ("v?.0", "v1.0", True),
        ("v?.0", "v10.0", False),
        ("a?b", "a/b", False),
        ("*.{java,class}", "Shop.class", True),
        ("*.{java,class}", "Shop.py", False),
        ("release-[0-9]", "release-7", True),
        ("release-[!0-9]", "release-7", False),
        ("release-[!0-9]", "release-x", True),
        ("a[!b]c", "a/c", False),
        ("a[*?]b", "a*b", True),
        ("a[*?]b", "axb", False),
        ("v\\*", "v*", True),
        ("v\\*", "v1", False),
        ("a{b", "a{b", True),
        ("a}b", "a}b", True),
        ("a,b", "a,b", True),
        ("[ab", "[ab", True),
        ("a[--z]", "a-", True),
        ("a[z-b]", "a[z-b]", True),
        ("a.b", "axb", False),
        ("{a,b{c,d}}", "bd", True),
    ],
)
def test_a_pattern(pattern: str, name: str, passes: bool) -> None:
    assert matches(trigger(branches=includes(pattern)), push(name)) is passes
    assert matches(trigger(tags=includes(pattern)), tagged(name)) is passes


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_a_pattern(pattern: str, name: str) -> None:
    assert matches(trigger(branches=includes(pattern)), push(name)) in (True, False)


@given(PATHS)
def test_a_plain_name_matches_itself(name: str) -> None:
    assert matches(trigger(branches=includes(name)), push(name))
    assert not matches(trigger(branches=includes(name)), push(name + "x"))


@given(st.text(max_size=12))
def test_an_escaped_text_matches_itself(name: str) -> None:
    escaped = re.sub(r"(.)", r"\\\1", name, flags=re.DOTALL)
    assert matches(trigger(branches=includes(escaped)), push(name))


@given(PATHS, st.lists(PATHS, min_size=1, max_size=3), st.lists(PATHS, max_size=3))
def test_excludes_win(name: str, included: list[str], excluded: list[str]) -> None:
    criteria = includes(*included) | excludes(*excluded)
    expected = name in included and name not in excluded
    assert matches(trigger(branches=criteria), push(name)) is expected
    assert matches(trigger(branches=excludes(*excluded)), push(name)) is (name not in excluded)


@given(st.lists(PATHS, min_size=1, max_size=3), st.lists(PATHS, min_size=1, max_size=3))
def test_one_file_is_enough(files: list[str], excluded: list[str]) -> None:
    some = trigger(branches=includes("main"), filePaths=excludes(*excluded))
    expected = any(name not in excluded for name in files)
    assert matches(some, push("main", *files)) is expected
    assert not matches(some, push("other", *files))


@given(st.lists(NAMES, min_size=1, max_size=3), NAMES)
def test_one_filter_of_several_is_enough(branches: list[str], name: str) -> None:
    filters = [("push", {"branches": includes(branch)}) for branch in branches]
    assert matches(several(*filters), push(name)) is (name in branches)


@given(
    st.sets(st.sampled_from(["OPEN", "UPDATED", "CLOSED"]), min_size=1),
    st.sampled_from(["OPEN", "UPDATED", "CLOSED"]),
)
def test_events_of_pull_requests(events: set[str], action: str) -> None:
    some = trigger("pullRequest", branches=includes("main"), events=sorted(events))
    assert matches(some, request(action)) is (action in events)
    assert not matches(some, request(action, "other"))
    assert matches(trigger("pullRequest", branches=includes("main")), request(action))


def test_a_push_is_no_pull_request_and_a_tag_no_branch() -> None:
    assert not matches(trigger(branches=includes("**")), request("OPEN"))
    assert not matches(trigger("pullRequest", branches=includes("**")), push())
    assert not matches(trigger(branches=includes("**")), tagged("v1"))
    assert not matches(trigger(tags=includes("**")), push())


def test_files_of_a_pull_request() -> None:
    some = trigger("pullRequest", branches=includes("main"), filePaths=includes("src/**"))
    assert matches(some, request("UPDATED", "main", "docs/a.md", "src/shop/app.py"))
    assert not matches(some, request("UPDATED", "main", "docs/a.md"))


def test_without_filters_it_is_for_the_branch_of_its_source() -> None:
    assert matches(several(), push("main"), "main")
    assert not matches(several(), push("other"), "main")
    assert not matches(several(), tagged("main"), "main")
    assert not matches(several(), request("OPEN", "main"), "main")
