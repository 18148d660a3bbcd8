"""The three-way merge of a text, line by line.

The algorithm is diff3's, as Khanna, Kunal and Pierce describe it ("A formal investigation of
diff3", 2007): what both sides kept of the base divides the text into hunks, and a hunk that both
sides changed, and not alike, is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain


@dataclass(frozen=True)
class Side:
    """The lines that one side has in a hunk, and the number of the first, from 0."""

    start: int
    lines: list[bytes]

    @property
    def end(self) -> int:
        """The number of the line after the last."""
        return self.start + len(self.lines)


@dataclass(frozen=True)
class Hunk:
    """A run of lines that at least one side changed, or that all have alike."""

    base: Side
    source: Side
    destination: Side

    @property
    def changed(self) -> bool:
        """Whether a side differs from the base."""
        return not self.base.lines == self.source.lines == self.destination.lines

    @property
    def conflicting(self) -> bool:
        """Whether both sides changed it, and not alike."""
        source, destination = self.source.lines, self.destination.lines
        return self.base.lines not in (source, destination) and source != destination

    @property
    def merged(self) -> list[bytes]:
        """The lines of the side that changed it; the source's in a conflict."""
        kept = self.source.lines == self.base.lines
        return self.destination.lines if kept else self.source.lines


def merge_lines(base: bytes, source: bytes, destination: bytes) -> list[Hunk]:
    """Return the whole text as hunks, in order."""
    texts = [text.splitlines(keepends=True) for text in (base, source, destination)]
    return list(_hunks(*texts))


def merged_text(hunks: Sequence[Hunk], of_destination: bool = False) -> bytes:
    """Return the merged text; a conflict is the source's, or the destination's."""
    parts = (
        hunk.destination.lines if hunk.conflicting and of_destination else hunk.merged
        for hunk in hunks
    )
    return b"".join(chain.from_iterable(parts))


def is_binary(content: bytes) -> bool:
    """Return whether git takes a content for binary: a zero byte near its beginning."""
    return b"\0" in content[:8000]


def _hunks(base: list[bytes], source: list[bytes], destination: list[bytes]) -> Iterator[Hunk]:
    in_source, in_destination = _matches(base, source), _matches(base, destination)
    kept = [line for line in range(len(base)) if line in in_source and line in in_destination]
    at = (0, 0, 0)
    for line in kept:
        to = (line, in_source[line], in_destination[line])
        if to != at:
            yield _hunk((base, source, destination), at, to)
        at = (to[0] + 1, to[1] + 1, to[2] + 1)
        yield _hunk((base, source, destination), to, at)
    end = (len(base), len(source), len(destination))
    if at != end:
        yield _hunk((base, source, destination), at, end)


def _hunk(
    texts: tuple[list[bytes], list[bytes], list[bytes]],
    start: tuple[int, int, int],
    end: tuple[int, int, int],
) -> Hunk:
    sides = (Side(a, text[a:b]) for text, a, b in zip(texts, start, end, strict=True))
    return Hunk(*sides)


def _matches(base: list[bytes], other: list[bytes]) -> dict[int, int]:
    """Return the number that each line of the base has in another text that kept it."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
