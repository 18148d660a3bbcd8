"""The three-way merge of a text divides it into hunks and finds what both sides changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_aws.codecommit.lines import is_binary, merge_lines, merged_text

_texts = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d"]), max_size=8).map(b"".join)


@pytest.mark.parametrize(
    ("base", "source", "destination", "merged", "conflicts"),
    [
        ("1 2 3", "1 2 3", "1 2 3", "1 2 3", 0),
        ("1 2 3", "x 2 3", "1 2 3", "x 2 3", 0),
        ("1 2 3", "1 2 3", "1 2 x", "1 2 x", 0),
        ("1 2 3", "x 2 3", "1 2 y", "x 2 y", 0),
        ("1 2 3", "1 x 3", "1 x 3", "1 x 3", 0),
        ("1 2 3", "1 x 3", "1 y 3", "1 x 3", 1),
        ("1 2 3", "x 2 3", "1 y 3", "x 2 3", 1),
        ("1 2 3", "1 3", "1 y 3", "1 3", 1),
        ("1 2 3 4 5", "x 2 3 4 y", "z 2 3 4 5", "x 2 3 4 y", 1),
        ("1 2 3 4 5", "x 2 3 4 y", "z 2 3 4 w", "x 2 3 4 y", 2),
        ("", "1", "2", "1", 1),
        ("1 2", "", "1 2", "", 0),
        ("1", "1 2", "1", "1 2", 0),
    ],
)
def test_a_merge(base: str, source: str, destination: str, merged: str, conflicts: int) -> None:
    texts = ["".join(f"{line}\n" for line in text.split()) for text in (base, source, destination)]
    hunks = merge_lines(*(text.encode() for text in texts))
    assert merged_text(hunks).decode().split() == merged.split()
    assert sum(hunk.conflicting for hunk in hunks) == conflicts


@given(_texts, _texts, _texts)
def test_hunks_hold_every_line_of_every_side(base: bytes, source: bytes, target: bytes) -> None:
    hunks = merge_lines(base, source, target)
    for side, text in (("base", base), ("source", source), ("destination", target)):
        parts = [getattr(hunk, side) for hunk in hunks]
        assert b"".join(line for part in parts for line in part.lines) == text
        ends = [0, *(part.end for part in parts)]
        assert [part.start for part in parts] == ends[:-1]


@given(_texts, _texts)
def test_a_change_on_one_side_is_the_merge(base: bytes, changed: bytes) -> None:
    for hunks in (merge_lines(base, changed, base), merge_lines(base, base, changed)):
        assert not any(hunk.conflicting for hunk in hunks)
        assert merged_text(hunks) == changed


def test_binary_is_what_git_takes_for_it() -> None:
    assert is_binary(b"a\0b")
    assert not is_binary("größe".encode())
