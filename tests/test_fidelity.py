"""``workbook fidelity``: each service says what is faithful, simplified and absent."""

from __future__ import annotations

import re

import pytest

from devops_workbook import fidelity, paths
from devops_workbook.cli import main
from offline_aws.environment import SERVICES


def test_the_table_has_every_service_with_its_operations() -> None:
    rows = fidelity.table().rows
    assert len(rows) == len(SERVICES)
    for name, operations, line in rows:
        ours, of, all_of_them = operations.split()
        assert 0 < int(ours) <= int(all_of_them), (name, of)
        assert line.endswith(".")


@pytest.mark.parametrize("name", [row[0] for row in fidelity.table().rows])
def test_a_service_says_what_is_faithful_simplified_and_absent(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fidelity", name]) == 0
    text = capsys.readouterr().out
    places = [text.find(f"\n{word}") for word in ("Faithful", "Simplified", "Absent")]
    assert -1 not in places
    assert places == sorted(places)


def test_the_document_in_the_repository_is_current() -> None:
    written = (paths.COURSE / "FIDELITY.md").read_text(encoding="utf-8")
    assert written == fidelity.document(), "Run: workbook fidelity --markdown > FIDELITY.md"


def test_every_section_of_the_document_has_its_three_parts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fidelity", "--markdown"]) == 0
    _, *sections = re.split(r"^## ", capsys.readouterr().out, flags=re.MULTILINE)
    assert len(sections) > len(SERVICES)
    for section in sections:
        found = re.findall(r"^\*\*(Faithful|Simplified|Absent)\*\*", section, re.MULTILINE)
        assert found[:3] == ["Faithful", "Simplified", "Absent"], section[:40]


def test_another_name_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fidelity", "codebuilt"]) == 2
    assert "codebuild" in capsys.readouterr().err
