"""Read the AppSpec file of a bundle for instances: files, permissions and scripts.

Source: AWS CodeDeploy User Guide, "AppSpec File structure for EC2/on-premises deployments".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline_aws.codedeploy.appspec import AppSpecError, lookup, read_document

NAMES = ("appspec.yml", "appspec.yaml")
#: The events that scripts can be for; Install, DownloadBundle and the traffic itself are AWS's.
SCRIPTED = (
    *("BeforeBlockTraffic", "AfterBlockTraffic", "ApplicationStop", "BeforeInstall"),
    *("AfterInstall", "ApplicationStart", "ValidateService"),
    *("BeforeAllowTraffic", "AfterAllowTraffic"),
)
_LONGEST = 3600


@dataclass(frozen=True)
class Script:
    """One script of a hook. ``timeout`` is in seconds of lab time."""

    location: str
    timeout: int = _LONGEST


@dataclass(frozen=True)
class Permission:
    """Which mode files have: those at a path, or in it by a pattern."""

    path: str
    mode: int | None
    pattern: str = "**"
    excepted: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("file", "directory")


@dataclass(frozen=True)
class ServerSpec:
    """What an AppSpec says of an instance: what is copied where, and which scripts run."""

    files: tuple[tuple[str, str], ...] = ()
    permissions: tuple[Permission, ...] = ()
    hooks: Mapping[str, tuple[Script, ...]] = field(default_factory=dict)
    file_exists: str = ""


def find_spec(bundle: Path) -> ServerSpec:
    """Return the AppSpec in the root of a bundle. Raises ``AppSpecError``."""
    for name in NAMES:
        if (bundle / name).is_file():
            return read_server_spec((bundle / name).read_text(encoding="utf-8", errors="replace"))
    raise AppSpecError(
        "The CodeDeploy agent did not find an AppSpec file within the unpacked revision directory "
        f'at revision-relative path "{NAMES[0]}".'
    )


def read_server_spec(text: str) -> ServerSpec:
    """Return what an AppSpec says. Raises ``AppSpecError``."""
    document = read_document(text)
    system = lookup(document, "os")
    if system != "linux":
        raise AppSpecError(f"The os of an AppSpec file is linux offline, found {system}")
    hooks = lookup(document, "hooks") or {}
    if not isinstance(hooks, dict):
        raise AppSpecError("hooks has a list of scripts for each lifecycle event")
    return ServerSpec(
        tuple(_file(each) for each in _list(document, "files")),
        tuple(_permission(each) for each in _list(document, "permissions")),
        {str(event): _scripts(str(event), given) for event, given in hooks.items()},
        str(lookup(document, "file_exists_behavior") or "").upper(),
    )


def _file(given: Any) -> tuple[str, str]:
    source, destination = (_member(given, name) for name in ("source", "destination"))
    if not source or not destination:
        raise AppSpecError("Each of the files has a source and a destination")
    return str(source), str(destination)


def _permission(given: Any) -> Permission:
    path, mode = _member(given, "object"), _member(given, "mode")
    if not path:
        raise AppSpecError("Each of the permissions has an object")
    try:
        bits = None if mode is None else int(str(mode), 8)
    except ValueError as error:
        raise AppSpecError(f"A mode has digits from 0 to 7, found {mode}") from error
    kinds = _member(given, "type") or ["file", "directory"]
    return Permission(
        str(path),
        bits,
        str(_member(given, "pattern") or "**"),
        tuple(str(each) for each in _member(given, "except") or ()),
        tuple(str(each) for each in kinds),
    )


def _scripts(event: str, given: Any) -> tuple[Script, ...]:
    if event not in SCRIPTED:
        raise AppSpecError(f"{event} is not one of the hooks: {', '.join(SCRIPTED)}")
    if not isinstance(given, list):
        raise AppSpecError(f"The hook {event} has no list of scripts")
    found = []
    for each in given:
        location, timeout = _member(each, "location"), _member(each, "timeout")
        if not location:
            raise AppSpecError(f"A script of {event} has no location")
        if timeout is not None and not (str(timeout).isdecimal() and 0 < int(timeout) <= _LONGEST):
            raise AppSpecError(f"A timeout is from 1 to {_LONGEST} seconds, found {timeout}")
        found.append(Script(str(location), int(timeout or _LONGEST)))
    if sum(each.timeout for each in found if each.timeout != _LONGEST) > _LONGEST:
        raise AppSpecError(f"The scripts of {event} may take {_LONGEST} seconds together")
    return tuple(found)


def _list(document: Mapping[str, Any], name: str) -> list[Any]:
    found = lookup(document, name) or []
    if not isinstance(found, list):
        raise AppSpecError(f"{name} is a list")
    return found


def _member(given: Any, name: str) -> Any:
    if not isinstance(given, dict):
        raise AppSpecError(f"Found {given!r} where there are members such as {name}")
    return lookup(given, name)
