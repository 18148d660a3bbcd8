"""The section Resources of a diff: what is added, removed, changed, and what that replaces."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Shape = dict[str, Any]
Path = Callable[[str], str]

ADDED, REMOVED, CHANGED, SAME = "[+]", "[-]", "[~]", "[ ]"
_KEPT = ("Retain", "RetainExceptOnCreate")
_IMPACT = {"True": "replace", "Conditional": "may be replaced"}
_RECREATION = {"Always": " (requires replacement)", "Conditionally": " (may cause replacement)"}
_CONTEXT_LINES = 3


def resource_lines(
    old: Mapping[str, Shape], new: Mapping[str, Shape], changes: Mapping[str, Shape], path: Path
) -> Iterator[str]:
    """Yield the lines of the section; nothing where the resources are the same.

    ``changes`` are those of a change set by logical id, of which the replacements are taken.
    """
    lines = [*_removed(old, new, path), *_added(old, new, path)]
    for name in (each for each in old if each in new):
        lines += _changed(name, old[name], new[name], changes.get(name, {}), path)
    if lines:
        yield from ("Resources", *lines, "")


def one_line(value: Any) -> str:
    """Return a value as the CDK shows it in a line: texts as they are, all else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _removed(old: Mapping[str, Shape], new: Mapping[str, Shape], path: Path) -> Iterator[str]:
    for name, resource in old.items():
        if name not in new:
            kept = resource.get("DeletionPolicy") in _KEPT
            fate = "orphan" if kept else "destroy"
            yield f"{REMOVED} {resource['Type']} {named(name, path)} {fate}"


def _added(old: Mapping[str, Shape], new: Mapping[str, Shape], path: Path) -> Iterator[str]:
    for name, resource in new.items():
        if name not in old:
            yield f"{ADDED} {resource['Type']} {named(name, path)}"


def _changed(name: str, old: Shape, new: Shape, change: Shape, path: Path) -> Iterator[str]:
    before, after = old.get("Properties", {}), new.get("Properties", {})
    recreation = _recreation(change)
    differing = sorted(
        each for each in before.keys() | after.keys() if before.get(each) != after.get(each)
    )
    # What the text does not show: a reference to something that is replaced.
    followed = sorted(recreation.keys() - set(differing))
    others = sorted(
        each
        for each in (old.keys() | new.keys()) - {"Properties", "Type"}
        if old.get(each) != new.get(each)
    )
    moved = old["Type"] != new["Type"]
    replaced = "True" if moved else change.get("Replacement", "False")
    if not (differing or others or moved or (followed and replaced in _IMPACT)):
        return
    impact = _IMPACT.get(replaced, "")
    yield f"{CHANGED} {new['Type']} {named(name, path)} {impact}".rstrip()
    shown: list[tuple[str, Any, Any, str]] = [
        (each, before.get(each), after.get(each), _RECREATION.get(recreation.get(each, ""), ""))
        for each in differing
    ]
    shown += [
        (each, *_reference(change, each, path), _RECREATION.get(recreation[each], ""))
        for each in followed
    ]
    shown += [(each, old.get(each), new.get(each), "") for each in others]
    for place, (label, was, becomes, more) in enumerate(shown, 1):
        last = place == len(shown)
        tag = _tag(was, becomes)
        yield f" {'└' if last else '├'}─ {tag} {label}{more}"
        yield from _tree(was, becomes, f" {' ' if last else '│'}")


def _recreation(change: Shape) -> dict[str, str]:
    """Return, by property, whether its change makes a new resource, as the change set says."""
    worst: dict[str, str] = {}
    ranks = ("Never", "Conditionally", "Always")
    for detail in change.get("Details", ()):
        target = detail["Target"]
        if target["Attribute"] == "Properties":
            found = target.get("RequiresRecreation", "Never")
            before = worst.get(target["Name"], "Never")
            worst[target["Name"]] = max(found, before, key=ranks.index)
    return worst


def _reference(change: Shape, name: str, path: Path) -> tuple[str, str]:
    """Return what a property referred to and refers to, of a change that its text hides."""
    for detail in change.get("Details", ()):
        if detail["Target"].get("Name") == name and "CausingEntity" in detail:
            logical_id, _, attribute = detail["CausingEntity"].partition(".")
            of = path(logical_id) + (f".{attribute}" if attribute else "")
            return of, f"{of} (replaced)"
    return "", "known after the deployment"


def named(name: str, path: Path) -> str:
    """Return the path of a construct and its logical id; the id alone where they are the same."""
    found = path(name)
    return name if found == name else f"{found} {name}"


def _tag(old: Any, new: Any) -> str:
    if old is None:
        return ADDED
    return REMOVED if new is None else CHANGED


def _tree(old: Any, new: Any, prefix: str) -> Iterator[str]:
    """Yield how two values differ, as deep as the place where they do."""
    if old is None or new is None:
        yield f"{prefix}   └─ {one_line(new if old is None else old)}"
    elif isinstance(old, dict) and isinstance(new, dict):
        keys = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        for place, key in enumerate(keys, 1):
            last = place == len(keys)
            branch = "└" if last else "├"
            tag = _tag(old.get(key), new.get(key))
            if tag == CHANGED:
                yield f"{prefix}   {branch}─ {tag} .{key}:"
                yield from _tree(old[key], new[key], f"{prefix}   {' ' if last else '│'}")
            else:
                yield f"{prefix}   {branch}─ {tag} {_WORDS[tag]}: .{key}"
    elif isinstance(old, (dict, list)) or isinstance(new, (dict, list)):
        yield from _json_lines(old, new, prefix)
    else:
        yield f"{prefix}   ├─ {REMOVED} {one_line(old)}"
        yield f"{prefix}   └─ {ADDED} {one_line(new)}"


_WORDS = {ADDED: "Added", REMOVED: "Removed"}


def _json_lines(old: Any, new: Any, prefix: str) -> Iterator[str]:
    """Yield the lines of two JSON texts that differ, with a few around them."""
    before, after = (json.dumps(each, indent=2).splitlines() for each in (old, new))
    hunks = list(difflib.unified_diff(before, after, n=_CONTEXT_LINES, lineterm=""))[2:]
    marks = {"+": ADDED, "-": REMOVED, " ": SAME}
    for place, line in enumerate(hunks):
        shown = line if line.startswith("@@") else f"{marks[line[0]]} {line[1:]}"
        yield f"{prefix}   {'└─' if place == 0 else '  '} {shown}"
