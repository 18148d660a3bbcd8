"""Read line and branch coverage, file by file, from Cobertura XML."""

from __future__ import annotations

import re
from collections import defaultdict
from xml.etree.ElementTree import Element

from offline_aws.codebuild.junit import parsed
from offline_aws.codebuild.store import Shape

_BRANCHES = re.compile(r"\((\d+)/(\d+)\)")


def read_cobertura(data: bytes) -> list[Shape]:
    """Return AWS's CodeCoverage shapes by file, without the report's own members.

    Raises ``ValueError`` for what is not Cobertura XML.
    """
    root = parsed(data)
    if root.tag != "coverage":
        raise ValueError(f"the root element is {root.tag}, not coverage")
    files: dict[str, list[Element]] = defaultdict(list)
    for part in root.iter("class"):
        # Lines of methods are repeated in the class itself.
        files[part.get("filename", "")] += part.findall("lines/line")
    return [_file(path, lines) for path, lines in files.items() if path]


def summary(files: list[Shape]) -> Shape:
    """Return AWS's CodeCoverageReportSummary of all files together."""
    counts = ("linesCovered", "linesMissed", "branchesCovered", "branchesMissed")
    totals = {name: sum(file[name] for file in files) for name in counts}
    return _with_percentages(totals)


def _file(path: str, lines: list[Element]) -> Shape:
    hits: dict[str, bool] = defaultdict(bool)
    branches: dict[str, tuple[int, int]] = {}
    for line in lines:
        number = line.get("number", "")
        hits[number] |= line.get("hits", "0") != "0"
        found = _BRANCHES.search(line.get("condition-coverage", ""))
        if found:
            covered, of = int(found[1]), int(found[2])
            branches[number] = max(branches.get(number, (0, of)), (covered, of))
    covered = sum(hits.values())
    taken = sum(each for each, _ in branches.values())
    counts = {
        "linesCovered": covered,
        "linesMissed": len(hits) - covered,
        "branchesCovered": taken,
        "branchesMissed": sum(of for _, of in branches.values()) - taken,
    }
    return {"filePath": path, **_with_percentages(counts)}


def _with_percentages(counts: dict[str, int]) -> Shape:
    shares = {
        f"{kind}CoveragePercentage": _percentage(
            counts[f"{plural}Covered"], counts[f"{plural}Missed"]
        )
        for kind, plural in (("line", "lines"), ("branch", "branches"))
    }
    return {**counts, **shares}


def _percentage(covered: int, missed: int) -> float:
    """Return the share covered; nothing to cover is covered."""
    return round(100 * covered / (covered + missed), 2) if covered + missed else 100.0
