"""``workbook dora --git PATH --incidents FILE``: a team's log beside its repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from git_repos import commit, new_repo, tag

from devops_workbook.cli import main

HEADER = "id,started_at,resolved_at"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three releases, on the 3rd, 5th and 7th of January 2025; one runs in another folder."""
    made = new_repo(tmp_path / "repo")
    for number in (1, 2, 3):
        commit(made, day=2 * number - 1)
        tag(made, f"v{number}", day=2 * number)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")
    return made


def numbers(capsys: pytest.CaptureFixture[str], *lines: str, **more: str) -> dict[str, Any]:
    assert run(*lines, **more) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    return found


def run(*lines: str, **more: str) -> int:
    Path("log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    options = [f"--{name}={value}" for name, value in more.items()]
    return main(["dora", "--git=repo", "--incidents=log.csv", "--json", *options])


def failed(found: dict[str, Any]) -> tuple[float, float]:
    """Return the share that failed, and the hours until it was mended."""
    metrics = found["metrics"]
    return (
        metrics["change_fail_rate"]["value"],
        metrics["failed_deployment_recovery_time"]["value"],
    )


def test_an_incident_names_its_tag(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = "1,v2,2025-01-06T09:00Z,2025-01-06T12:00Z"
    for name in ("tag", "deployment_id", "Caused by"):
        found = numbers(capsys, f"id,{name},started_at,resolved_at", row)
        assert failed(found) == (pytest.approx(1 / 3), 36.0)


def test_an_incident_that_names_none_is_given_the_release_before_it(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(capsys, HEADER, "1,2025-01-05T00:20Z,2025-01-05T02:00Z", "2,2025-01-06T00:20Z,")
    assert failed(found) == (pytest.approx(1 / 3), 2.0)
    assert found["notes"][-3:] == [
        "1 incident given a deployment by the time it began: the last to start, still running or"
        " finished at most 60 minutes before",
        "1 incident without a deployment: none was running when it began, or had finished at most"
        " 60 minutes before",
        "2 deployments before the first incident of the file, of 2025-01-05: if nobody wrote them"
        " down before, --start 2025-01-05 leaves those deployments out",
    ]


def test_a_start_of_ones_own_needs_no_such_word(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "1,2025-01-05T00:20Z,2025-01-05T02:00Z"
    found = numbers(capsys, HEADER, row, start="2025-01-05")
    assert failed(found)[0] == pytest.approx(1 / 2)
    assert not any("before the first incident" in note for note in found["notes"])


def test_a_log_without_incidents_says_that_nothing_failed(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(capsys, HEADER)
    assert found["metrics"]["change_fail_rate"]["value"] == 0.0
    assert found["metrics"]["mttr"]["note"] == "No incident started in the period."


def test_local_times_are_read_in_the_zone_given(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(capsys, HEADER, "1,2025-01-05 01:20,2025-01-05 03:00", tz="Europe/Berlin")
    assert failed(found) == (pytest.approx(1 / 3), 2.0)


def test_two_periods_are_compared_with_it(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = "1,v3,2025-01-07T00:20Z,2025-01-07T02:00Z"
    found = numbers(capsys, "id,tag,started_at,resolved_at", row, compare="2025-01-06")
    rates = [found[name]["metrics"]["change_fail_rate"]["value"] for name in ("before", "after")]
    assert rates == [0.0, 1.0]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (
            ["id,tag,started_at,resolved_at", "1,v9,2025-01-05T00:20Z,-"],
            "log.csv, row 2, column tag: found 'v9', expected a release tag that is a deployment",
        ),
        ([HEADER, "1,2025-01-05T00:20Z,-", "2,soon,-"], "log.csv, row 3, column started_at"),
        (
            [HEADER, "1,2025-01-05T00:20Z,2025-01-04T00:20Z"],
            "log.csv, row 2, column resolved_at: found '2025-01-04 00:20:00+00:00', expected a time"
            " not before that of started_at",
        ),
        (
            [HEADER, "1,2025-01-05T00:20Z,-", "", "1,2025-01-06T00:20Z,-"],
            "log.csv, row 4, column id: found '1', expected an id that no earlier row has",
        ),
        (["id,resolved_at", "1,-"], "log.csv, column started_at: this column is missing"),
        (["id,tag,deployment,start,end", "1,,,,"], "both 'tag' and 'deployment' mean this"),
        ([HEADER, "1,2025-01-05 00:20,-"], "log.csv, row 2, column started_at"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_column(
    lines: list[str], says: str, repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*lines) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_a_file_that_is_not_there_is_named(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dora", "--git=repo", "--incidents=none.csv"]) == 2
    assert capsys.readouterr().err.startswith("workbook: none.csv: there is no such file")
