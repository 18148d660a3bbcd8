"""How a chapter is named: by its key, its number or its notebook."""

from __future__ import annotations

import pytest

from devops_workbook import chapters
from devops_workbook.cli import main
from devops_workbook.errors import UnknownKeyError


@pytest.mark.parametrize("key", chapters.COURSE)
def test_a_chapter_is_found_by_each_of_its_names(key: str) -> None:
    stem = chapters.stem(key)
    number = stem[:2]
    for name in (key, key.replace("-", "_"), number, str(int(number)), stem, f"{stem}.ipynb"):
        assert chapters.key_of(name) == key
        assert chapters.key_of(f" {name.upper()} ") == key


@pytest.mark.parametrize("name", ["", "13", "-1", "1.5", "04_cdk", "cdk.py", "²"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownKeyError, match="There is no chapter"):
        chapters.key_of(name)


@pytest.mark.parametrize("named", [["04,05"], ["4", "5"], ["04,", "pipelines", "04"]])
def test_an_agenda_takes_numbers(named: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agenda", "--hours", "4", "--chapters", *named]) == 0
    plan = capsys.readouterr().out
    assert "04 Safe deployments |" in plan
    assert "05 Pipelines |" in plan
    assert "01 DORA metrics |" not in plan
