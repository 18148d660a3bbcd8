"""Template and CDK side by side, in numbers that are counted in what was written."""

from __future__ import annotations

import difflib
import inspect
import re
from typing import Any

import yaml

from devops_workbook.cdk import start, synth
from devops_workbook.cdk.runtime import quiet
from devops_workbook.display import Table

#: Who wrote what in the last quarter, by the endings of the files that their commits changed.
#: Made up, as the whole shop is.
COMMITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("orders", (".java", ".sql", ".java", ".py", ".yaml")),
    ("orders", (".java", ".java", ".py")),
    ("orders", (".java", ".sql")),
    ("storefront", (".tsx", ".ts", ".tsx")),
    ("storefront", (".tsx", ".ts", ".py")),
    ("platform", (".yaml", ".py", ".yaml", ".sh")),
    ("platform", (".yaml", ".sh")),
)
_NAMES = ("Orders", "Mails")
_WEEK = 7
_SECONDS_A_DAY = 24 * 60 * 60
_LANGUAGES = {
    "a template": (".yaml",),
    "the CDK in Python": (".py",),
    "the CDK in TypeScript": (".ts", ".tsx"),
    "the CDK in Java": (".java",),
}


def compare(construct: Any) -> Table:
    """Return what one queue costs, a second one, and a change to both, as template and as CDK.

    ``construct`` is the learner's ``ReliableQueue``; where it is empty, the course's is counted.
    The template is the synthesised one, written as YAML, without what the CDK adds for itself.
    """
    start()
    from devops_workbook.chapters.cdk.shop import ReliableQueue

    kind = construct if _works(construct) else ReliableQueue
    one, two = _as_yaml(kind, 1), _as_yaml(kind, 2)
    code = _code(kind)
    uses = [f'{kind.__name__}(stack, "{name}")' for name in _NAMES]
    rows = [
        ("Lines for one queue", str(len(one)), str(len(code) + len(uses[:1]))),
        ("Lines for a second one", str(len(two) - len(one)), str(len(uses[1:]))),
        (
            "Lines in the review of a week instead of two",
            str(_changed(two, _as_yaml(kind, 2, days=_WEEK))),
            str(_changed(code, [re.sub(r"days\(14\)", "days(7)", each) for each in code])),
        ),
        ("Resources in the account for one line", "-", str(_resources(one))),
    ]
    whose = "the course's" if kind is ReliableQueue else "yours"
    return Table(f"ReliableQueue ({whose}): template and CDK", ("", "Template", "CDK"), rows)


def who_can_change() -> Table:
    """Return how many of the team have written each language in the last quarter."""
    rows = []
    for what, endings in _LANGUAGES.items():
        able = [team for team, files in COMMITS if set(files) & set(endings)]
        teams = ", ".join(f"{able.count(team)} {team}" for team in dict.fromkeys(able))
        rows.append((what, f"{len(able)} of {len(COMMITS)}", teams))
    return Table("Who has written the language in the last quarter", ("", "People", "Of"), rows)


def _works(construct: Any) -> bool:
    try:
        return "__init__" in vars(construct) and bool(_as_yaml(construct, 1))
    except Exception:  # the learner's own code: what is wrong with it, its check says
        return False


def _as_yaml(construct: Any, number: int, days: int = 0) -> list[str]:
    """Return the lines of a template with so many queues, their dead letters kept for ``days``."""
    cdk: Any = start()
    stack = cdk.Stack(app := cdk.App(), "counted")
    for name in _NAMES[:number]:
        for child in construct(stack, name).node.find_all():
            if days and getattr(child, "message_retention_period", None):
                child.message_retention_period = days * _SECONDS_A_DAY
    with quiet():
        resources = synth(app).template()["Resources"]
    return str(yaml.safe_dump({"Resources": resources}, sort_keys=False)).splitlines()


def _changed(before: list[str], after: list[str]) -> int:
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    return sum(line.startswith("+") for line in lines)


def _resources(lines: list[str]) -> int:
    return sum(line.strip().startswith("Type: AWS::") for line in lines)


def _code(construct: Any) -> list[str]:
    """Return the lines of a construct that are code: its class line and its constructor."""
    lines = inspect.getsource(construct.__init__).splitlines()
    return [f"class {construct.__name__}:", *(each for each in lines if each.strip())]
