"""Whether what happened in a git repository starts a pipeline, by the filters of its trigger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from offline_aws.codepipeline.store import Shape


@dataclass(frozen=True)
class GitEvent:
    """A push or an event of a pull request.

    ``kind`` is ``push`` or ``pullRequest``. A push is of a ``branch`` or of a ``tag``; a pull
    request's ``branch`` is the one that it goes to, and its ``action`` OPEN, UPDATED or CLOSED.
    ``files`` are the paths that changed.
    """

    kind: str
    branch: str = ""
    tag: str = ""
    files: tuple[str, ...] = ()
    action: str = ""


def matches(trigger: Shape, event: GitEvent, default_branch: str = "") -> bool:
    """Return whether an event passes a trigger, AWS's ``PipelineTriggerDeclaration``.

    One filter of several is enough; of one filter everything has to hold. Excludes win over
    includes; where only excludes are given, all else is included. One changed file that is
    included and not excluded is enough. A trigger without filters is for the pushes to
    ``default_branch``, the source action's.
    """
    git = trigger["gitConfiguration"]
    filters = [(kind, one) for kind in ("push", "pullRequest") for one in git.get(kind, ())]
    if not filters:
        return event.kind == "push" and bool(event.branch) and event.branch == default_branch
    return any(kind == event.kind and _passes(one, event) for kind, one in filters)


def _passes(one: Shape, event: GitEvent) -> bool:
    if "events" in one and event.action not in one["events"]:
        return False
    # A filter of tags is for the pushes of tags, every other one for those of branches.
    if bool(event.tag) != ("tags" in one):
        return False
    return (
        _selects(one.get("tags"), [event.tag])
        and _selects(one.get("branches"), [event.branch])
        and _selects(one.get("filePaths"), event.files)
    )


def _selects(criteria: Shape | None, names: tuple[str, ...] | list[str]) -> bool:
    if criteria is None:
        return True
    includes, excludes = criteria.get("includes", ["**"]), criteria.get("excludes", [])
    return any(_any(includes, name) and not _any(excludes, name) for name in names)


def _any(patterns: list[str], name: str) -> bool:
    return any(_compiled(pattern).fullmatch(name) for pattern in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_translated(pattern)), re.DOTALL)


#: A part of a glob pattern, the longest first.
_PART = re.compile(r"\\.|\*+|[?{},]|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)
_PLAIN = {"*": "[^/]*", "?": "[^/]"}


def _translated(pattern: str) -> Iterator[str]:
    """Yield a regular expression, piece by piece, of what "Working with glob patterns" describes.

    A brace that is not closed, or not opened, is itself.
    """
    parts = _PART.findall(pattern)
    depth, open_braces = 0, _closed_braces(parts)
    for i, part in enumerate(parts):
        if part == "{" and i in open_braces:
            depth += 1
            yield "(?:"
        elif part == "}" and depth:
            depth -= 1
            yield ")"
        elif part == "," and depth:
            yield "|"
        elif part.startswith("**"):
            yield ".*"
        elif part in _PLAIN:
            yield _PLAIN[part]
        elif len(part) > 1 and part.startswith("["):
            yield _set(part)
        else:
            yield re.escape(part[-1])


def _closed_braces(parts: list[str]) -> set[int]:
    """Return the places of the opening braces that have a closing one."""
    waiting: list[int] = []
    closed: set[int] = set()
    for i, part in enumerate(parts):
        if part == "{":
            waiting.append(i)
        elif part == "}" and waiting:
            closed.add(waiting.pop())
    return closed


def _set(part: str) -> str:
    """Return a bracket expression, in which only ``!`` and ``-`` mean more than themselves."""
    inside = part[1:-1]
    negated = inside[:1] in ("!", "^")
    # Doubled signs would be operators of sets in a later version of re.
    members = re.sub(r"([\\\[\]^&~|]|-(?=-))", r"\\\1", inside[negated:])
    if not members:
        return re.escape(part)
    try:
        re.compile(f"[{members}]")
    except re.error:
        return re.escape(part)
    # A set never crosses a directory's boundary.
    return f"(?!/)[{'^' * negated}{members}]"
