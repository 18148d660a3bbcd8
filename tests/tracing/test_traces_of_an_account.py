"""``workbook traces --xray``: the traces of an account, which an offline one plays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_calls import changing, watched
from bs4 import BeautifulSoup
from made_traces import SCOREKEEP

from devops_workbook import tracing
from devops_workbook.cli import main
from devops_workbook.shop.traces import draw_minute, put_documents
from devops_workbook.tracing.command_xray import ACTIONS
from offline_aws import OfflineAWS


@dataclass(frozen=True)
class Account:
    """An account in Ireland with a minute of traces, ten minutes before it was made."""

    begin: datetime
    traces: set[str]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """It is only read. Its now is the real one when the first test runs, as a command's is."""
    now = datetime.now(UTC)
    begin = now - timedelta(minutes=10)
    documents = draw_minute(begin, rate=20, faults=["lock"])
    with OfflineAWS(region="eu-west-1", now=now):
        put_documents(documents, boto3.client("xray"))
        yield Account(begin, {document["trace_id"] for document in documents})


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of one's own; the page is written to where one is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")
    return tmp_path


def numbers(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["traces", "--xray", "--json", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    found: dict[str, Any] = json.loads(out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["traces", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("workbook: ").rstrip()


def test_the_last_hour_is_printed_and_reported(
    account: Account, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["traces", "--xray"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "Services" in out
    assert re.search(
        r"- Read from X-Ray in eu-west-1: every trace from \d{4}-\d\d-\d\d .* UTC\.", out
    )
    assert f"- {len(account.traces)} requests of" in out
    assert out.splitlines()[-1] == "wrote traces-report.html"
    page = BeautifulSoup((here / "traces-report.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1 is not None
    assert page.h1.string == "Where the time goes: X-Ray in eu-west-1"
    assert "Read from X-Ray in eu-west-1" in page.find("section", class_="short").text


def test_json_holds_what_from_xray_finds(
    account: Account, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = numbers(capsys)
    spans = tracing.from_xray(
        boto3.client("xray"), account.begin - timedelta(hours=1), datetime.now(UTC)
    )
    assert found["traces"] == len(account.traces) == spans["trace_id"].nunique()
    assert found["spans"] == len(spans)
    assert found["notes"][0].startswith("Read from X-Ray in eu-west-1: every trace from")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "some"),
    [
        (["--last=30m"], True),
        (["--last=2d"], True),
        (["--last=5m"], False),
        (["--start={begin:%Y-%m-%dT%H:%M:%S}"], True),
        (["--start={before:%Y-%m-%dT%H:%MZ}", "--end={begin:%Y-%m-%dT%H:%MZ}"], False),
        (["--end={after:%Y-%m-%dT%H:%MZ}", "--last=1h"], True),
    ],
)
def test_the_time_can_be_chosen(
    arguments: list[str], some: bool, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    times = {"before": account.begin - timedelta(hours=8), "begin": account.begin}
    times["after"] = account.begin + timedelta(minutes=30)
    arguments = [argument.format(**times) for argument in arguments]
    if some:
        assert numbers(capsys, *arguments)["traces"] == len(account.traces)
    else:
        assert "has no trace from" in refused(capsys, "--xray", *arguments)


def test_a_filter_chooses(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    expression = "responsetime > 0.3"
    spans = tracing.from_xray(boto3.client("xray"), account.begin, datetime.now(UTC), expression)
    found = numbers(capsys, "--filter", expression)
    assert 0 < found["traces"] == spans["trace_id"].nunique() < len(account.traces)
    assert f"filtered by '{expression}'." in found["notes"][0]


def test_it_says_when_there_are_more(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    found = numbers(capsys, "--most=3")
    assert found["traces"] == 3
    assert "X-Ray in eu-west-1: 3 traces from" in found["notes"][0]
    assert "There are more" in found["notes"][0]
    assert "every trace" in numbers(capsys, f"--most={len(account.traces)}")["notes"][0]


def test_one_trace_is_asked_for_by_its_id(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = watched(monkeypatch)
    trace = min(account.traces)
    assert main(["traces", "--xray", "--trace", trace]) == 0
    assert f"Critical path of {trace}" in capsys.readouterr().out
    assert called == {"xray:BatchGetTraces"}
    other = "1-5759e988-bd862e3fe1be46a994272793"
    said = refused(capsys, "--xray", "--trace", other)
    assert said.startswith(f"X-Ray in eu-west-1 has no trace '{other}': check the id")


def test_it_calls_what_its_help_names_and_only_reads(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called = watched(monkeypatch)
    numbers(capsys)
    assert called == set(ACTIONS)
    assert changing(called) == []
    with pytest.raises(SystemExit):
        main(["traces", "--help"])
    said = capsys.readouterr().out
    assert all(action in said for action in ACTIONS)


def test_a_terminal_sees_how_far_the_reading_is(
    account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["traces", "--xray", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["traces"] == len(account.traces)
    assert "Reading traces" in err
    assert f"{len(account.traces)}/{len(account.traces)}" in err


def test_no_trace_says_where_it_looked_and_what_to_do(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "--xray", "--region=us-east-1")
    assert re.fullmatch(
        r"X-Ray in us-east-1 has no trace from \S+ \S+ to .*UTC: try a longer time such as"
        r" --last 7d, or another --region or --profile",
        said,
    )
    said = refused(capsys, "--xray", "--filter=responsetime > 1000")
    assert "UTC, filtered by 'responsetime > 1000': try" in said
    assert "a wider --filter" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "say where the traces are: FILE for traces in JSON, or --xray"),
        (["--last=1h"], "say where the traces are"),
        ([str(SCOREKEEP), "--xray"], "FILE cannot be used with --xray"),
        ([str(SCOREKEEP), "--last=1h"], "--last cannot be used with FILE: it belongs to --xray"),
        ([str(SCOREKEEP), "--profile=x"], "--profile cannot be used with FILE"),
        (["--xray", "--format=xray"], "--format cannot be used with --xray"),
        (["--xray", "--trace=1", "--most=3"], "--most cannot be used with --trace"),
        (["--xray", "--last=1h", "--start=2026-01-05"], "--last cannot be used with --start"),
        (["--xray", "--last=31d"], "X-Ray keeps traces for 30 days"),
        (["--xray", "--start=2026-01-05", "--end=2026-01-04"], "the time is empty"),
        (["--xray", "--filter=fault >"], "AWS says: Invalid filter expression at line 1, column 8"),
        (["--xray", "--profile=nobody"], "AWS cannot be asked: The config profile (nobody) could"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str],
    says: str,
    account: Account,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert says in refused(capsys, *arguments)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("--last=soon", "'soon' is not a time such as 30m, 6h or 2d"),
        ("--last=0m", "'0m' is not a time such as 30m"),
        ("--start=soon", "'soon' is not a date and time such as 2026-01-05T09:00"),
        ("--most=0", "'0' is not a number of traces, 1 or more"),
    ],
)
def test_what_is_no_time_or_number_is_refused(
    argument: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["traces", "--xray", argument])
    assert stopped.value.code == 2
    assert says in capsys.readouterr().err
