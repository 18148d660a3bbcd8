"""Read a cloud assembly, the folder that a CDK app is synthesised into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devops_workbook.cdk.errors import CdkError

Shape = dict[str, Any]

_STACK, _ASSETS, _NESTED = (
    "aws:cloudformation:stack",
    "cdk:asset-manifest",
    "cdk:cloud-assembly",
)


@dataclass(frozen=True)
class StackArtifact:
    """One stack of an assembly: what CloudFormation is to be given.

    ``needs`` are the ids of the stacks that come first, ``manifests`` the files that list the
    stack's assets, ``paths`` the construct paths of the logical ids, ``acknowledged`` the reasons
    by which findings of rules are set aside, by rule. ``messages`` are what constructs have said:
    "error", "warning" or "info", with the path and the text.
    """

    id: str
    name: str
    template_file: Path
    environment: str
    properties: Shape = field(repr=False)
    needs: tuple[str, ...] = ()
    manifests: tuple[Path, ...] = ()
    paths: dict[str, str] = field(default_factory=dict, repr=False)
    acknowledged: dict[str, str] = field(default_factory=dict, repr=False)
    messages: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The template as it was written, JSON."""
        return self.template_file.read_text(encoding="utf-8")

    @property
    def template(self) -> Shape:
        """The template."""
        found: Shape = json.loads(self.text)
        return found

    def path(self, logical_id: str) -> str:
        """Return the path of a construct in its stack, ``Database/Secret``; the id where unknown.

        As in the CDK's own output, without ``Resource`` or ``Default`` at its end.
        """
        parts = self.paths.get(logical_id, logical_id).strip("/").split("/")
        if len(parts) > 1:
            parts = parts[1:]
        if len(parts) > 1 and parts[-1] in ("Resource", "Default"):
            parts = parts[:-1]
        return "/".join(parts)


@dataclass(frozen=True)
class Assembly:
    """A cloud assembly: its folder and its stacks, each after those that it needs."""

    directory: Path
    stacks: tuple[StackArtifact, ...]

    def stack(self, name: str = "") -> StackArtifact:
        """Return a stack by its name or id; without a name the only one. Raises ``CdkError``."""
        names = ", ".join(each.name for each in self.stacks)
        if not name and len(self.stacks) == 1:
            return self.stacks[0]
        for each in self.stacks:
            if name in (each.name, each.id):
                return each
        asked = f"No stack of the app is named {name!r}" if name else "Say which stack is meant"
        raise CdkError(f"{asked}. There are: {names or 'none'}.")

    def template(self, name: str = "") -> Shape:
        """Return the template of a stack; without a name that of the only one."""
        return self.stack(name).template

    def __repr__(self) -> str:
        told = (
            f"{each.name}: {len(each.template.get('Resources', {}))} resources, "
            f"{len(each.text.splitlines())} lines of template"
            for each in self.stacks
        )
        return "\n".join(told) or "An app without stacks."


def read(directory: str | Path) -> Assembly:
    """Return the assembly in a folder. Raises ``CdkError`` where there is none, or it asks."""
    stacks = list(_stacks(Path(directory)))
    return Assembly(Path(directory), tuple(_in_order(stacks)))


def _stacks(directory: Path) -> Iterator[StackArtifact]:
    try:
        manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CdkError(f"{directory} is no cloud assembly: its manifest.json is missing.") from None
    _refuse_lookups(manifest)
    artifacts: dict[str, Shape] = manifest.get("artifacts", {})
    for name, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == _NESTED:
            yield from _stacks(directory / properties["directoryName"])
        elif artifact["type"] == _STACK:
            needs = artifact.get("dependencies", [])
            metadata = _metadata(directory, artifact)
            yield StackArtifact(
                id=name,
                name=properties.get("stackName", name),
                template_file=directory / properties["templateFile"],
                environment=artifact["environment"],
                properties=properties,
                needs=tuple(each for each in needs if artifacts[each]["type"] == _STACK),
                manifests=tuple(
                    directory / artifacts[each]["properties"]["file"]
                    for each in needs
                    if artifacts[each]["type"] == _ASSETS
                ),
                paths=_paths(metadata),
                acknowledged=_acknowledged(metadata),
                messages=tuple(_messages(metadata)),
            )


def _metadata(directory: Path, artifact: Shape) -> Shape:
    found: Shape = dict(artifact.get("metadata", {}))
    if extra := artifact.get("additionalMetadataFile"):
        found |= json.loads((directory / extra).read_text(encoding="utf-8"))
    return found


def _paths(metadata: Shape) -> dict[str, str]:
    return {
        entry["data"]: path
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:logicalId"
    }


def _acknowledged(metadata: Shape) -> dict[str, str]:
    return {
        rule.rpartition("::")[2]: reason
        for entries in metadata.values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    }


def _messages(metadata: Shape) -> Iterator[tuple[str, str, str]]:
    for path, entries in metadata.items():
        for entry in entries:
            kind = entry["type"].removeprefix("aws:cdk:")
            if kind in ("error", "warning", "info"):
                yield kind, path, str(entry["data"])


def _refuse_lookups(manifest: Shape) -> None:
    for each in manifest.get("missing", ()):
        raise CdkError(
            f"The app looks something up in the account ({each['provider']}), which does not work "
            "here. Give it the value: an id, or cdk.Fn.import_value('name')."
        )


def _in_order(stacks: list[StackArtifact]) -> Iterator[StackArtifact]:
    """Yield stacks after those that they need; else in the order of the assembly."""
    waiting = {each.id: each for each in stacks}
    while waiting:
        # The CDK refuses circles when it synthesises.
        ready = [each for each in waiting.values() if not waiting.keys() & set(each.needs)]
        for each in ready:
            yield waiting.pop(each.id)
