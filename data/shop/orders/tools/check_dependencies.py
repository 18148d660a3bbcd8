"""Compare pinned requirements with advisories in OSV format; exit 1 when one applies.

Usage: python check_dependencies.py requirements.txt FOLDER_OF_ADVISORIES
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def pins(text: str) -> dict[str, Version]:
    """Return the pinned version of each requirement. Raises ``ValueError`` for one without."""
    found = {}
    for line in text.splitlines():
        wanted = line.partition("#")[0].strip()
        if not wanted:
            continue
        requirement = Requirement(wanted)
        [pin] = [each for each in requirement.specifier if each.operator == "=="] or [None]
        if pin is None:
            raise ValueError(f"{wanted} is not pinned with ==, so nobody knows what is installed")
        found[canonicalize_name(requirement.name)] = Version(pin.version)
    return found


def fixed_in(advisory: dict[str, Any], name: str, version: Version) -> str | None:
    """Return the version that fixes an advisory, or None where it does not apply."""
    for affected in advisory["affected"]:
        if canonicalize_name(affected["package"]["name"]) != name:
            continue
        for introduced, fixed in ranges(affected):
            if introduced <= version < fixed:
                return str(fixed)
    return None


def ranges(affected: dict[str, Any]) -> Iterator[tuple[Version, Version]]:
    """Yield the affected ranges: from the first version, up to and without the second."""
    for each in affected["ranges"]:
        introduced = Version("0")
        for event in each["events"] if each["type"] == "ECOSYSTEM" else ():
            if "introduced" in event:
                introduced = Version(event["introduced"])
            elif "fixed" in event:
                yield introduced, Version(event["fixed"])


def main(requirements: str, folder: str) -> int:
    """Print what applies; return the exit status."""
    pinned = pins(Path(requirements).read_text(encoding="utf-8"))
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        print(f"There are no advisories in {folder}: nothing was checked.")
        return 1
    applies = 0
    for path in paths:
        advisory = json.loads(path.read_text(encoding="utf-8"))
        for name, version in pinned.items():
            if fixed := fixed_in(advisory, name, version):
                applies += 1
                names = " ".join((advisory["id"], *advisory["aliases"]))
                print(f"{name} {version}: {names}, fixed in {fixed}")
    print(f"Checked {len(pinned)} package(s) against {len(paths)} advisories: {applies} apply.")
    return 1 if applies else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
