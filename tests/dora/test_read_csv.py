"""Events from CSV files, and what is said about files that are wrong."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devops_workbook.dora.csv_input import read_csv
from devops_workbook.dora.errors import EventsError

HEADER = "deployment_id,finished_at\n"
NINE = pd.Timestamp("2026-01-05T09:00:00Z")
BERLIN = "Europe/Berlin"


def finished(text: str, tz: str | None = None) -> list[pd.Timestamp]:
    return list(read_csv(io.StringIO(text), tz=tz).deployments["finished_at"])


def write(folder: Path, text: str, name: str = "deployments.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_three_files_are_three_tables(tmp_path: Path) -> None:
    deployments = write(
        tmp_path,
        "deployment_id,service,finished_at,started_at,status,kind,version,repairs\n"
        "d1,shop,2026-01-05T09:00:00Z,2026-01-05T08:30:00Z,succeeded,planned,1.0,\n"
        "d2,shop,2026-01-05T10:00:00Z,,failed,hotfix,1.1,d1\n",
    )
    changes = write(
        tmp_path,
        "change_id,deployment_id,committed_at\nc1,d1,2026-01-04T09:00:00Z\nc2,,1767603600\n",
        "changes.csv",
    )
    incidents = write(
        tmp_path,
        "incident_id,deployment_id,started_at,resolved_at\n"
        "i1,d1,2026-01-05T09:10:00Z,2026-01-05T09:50:00Z\ni2,,2026-01-05T09:20:00Z,\n",
        "incidents.csv",
    )

    with incidents.open("rb") as opened:
        events = read_csv(deployments, str(changes), opened)

    d1, d2 = events.deployments.to_dict("records")
    assert (d1["deployment_id"], d1["service"], d1["status"]) == ("d1", "shop", "succeeded")
    assert d1["started_at"] == NINE - timedelta(minutes=30)
    assert (d2["status"], d2["kind"], d2["repairs"]) == ("failed", "hotfix", "d1")
    assert pd.isna(d2["started_at"])
    assert events.changes is not None
    assert list(events.changes["committed_at"]) == [NINE - timedelta(days=1), NINE]
    assert events.changes["deployment_id"].isna().tolist() == [False, True]
    assert events.incidents is not None
    assert events.incidents["resolved_at"].isna().tolist() == [False, True]


def test_tables_that_are_not_given_were_never_recorded() -> None:
    events = read_csv(io.StringIO(HEADER))
    assert events.changes is None
    assert events.incidents is None
    assert events.deployments.empty


@pytest.mark.parametrize(
    "header",
    [
        "deployment_id,finished_at",
        "Deployment ID,Finished At",
        "DEPLOYMENT-ID,finished-at",
        "deploymentId,finishedAt",
        "id,deployed_at",
        "deploy_id,timestamp",
        "Deployment,End Time",
        " deployment_id , finished_at ",
    ],
)
def test_common_spellings_of_columns(header: str) -> None:
    assert finished(f"{header}\nd1,2026-01-05T09:00:00Z\n") == [NINE]


def test_other_names_of_the_columns_of_every_table() -> None:
    events = read_csv(
        io.StringIO("id,Application,Deployed At,Commit SHA,Type,Result\nd1,shop,1767603600,a,,ok"),
        io.StringIO("sha,deploy,date\na,d1,1767603600\n"),
        io.StringIO("ticket,release,opened,closed at\ni1,d1,1767603600,1767603660\n"),
    )
    assert list(events.deployments["service"]) == ["shop"]
    assert list(events.deployments["version"]) == ["a"]
    assert events.changes is not None
    assert list(events.changes["change_id"]) == ["a"]
    assert events.incidents is not None
    assert list(events.incidents["resolved_at"]) == [NINE + timedelta(minutes=1)]


def test_further_columns_stay_as_text() -> None:
    text = "deployment_id,finished_at,Who,number\nd1,2026-01-05T09:00:00Z,Ada,007\n"
    row = read_csv(io.StringIO(text)).deployments.iloc[0]
    assert (row["Who"], row["number"]) == ("Ada", "007")


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("status", "SUCCESS", "succeeded"),
        ("status", "Succeeded", "succeeded"),
        ("status", "failure", "failed"),
        ("status", "Failed", "failed"),
        ("kind", "HotFix", "hotfix"),
        ("kind", "hot-fix", "hotfix"),
        ("kind", "Rollback", "rollback"),
        ("kind", "roll back", "rollback"),
        ("kind", "release", "planned"),
        ("kind", "", "planned"),
    ],
)
def test_words_for_status_and_kind(column: str, cell: str, expected: str) -> None:
    text = f"deployment_id,finished_at,{column}\nd1,2026-01-05T09:00:00Z,{cell}\n"
    assert list(read_csv(io.StringIO(text)).deployments[column]) == [expected]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05T10:00:00+01:00",
        "2026-01-05 10:00:00 +0100",
        "2026-01-05 09:00:00 UTC",
        "2026-01-05T09:00Z",
        "2026-01-05T09:00:00.000+00:00",
        "2026-01-05T04:00:00-05",
        "1767603600",
        "1767603600.0",
    ],
)
def test_times_that_say_where_on_earth_they_are(cell: str) -> None:
    assert finished(f"{HEADER}d1,{cell}\n") == [NINE]
    # The same among others, in a column of several forms.
    assert finished(f"{HEADER}d0,2026-01-05T03:30:00+05:30\nd1,{cell}\n")[1] == NINE


def test_local_times_are_read_on_the_clock_that_is_named() -> None:
    text = f"{HEADER}d1,2026-01-05T10:00\nd2,2026-07-05 10:00:00\nd3,2026-08-01\nd4,1785578400\n"
    assert finished(text, BERLIN) == [
        NINE,
        pd.Timestamp("2026-07-05T08:00Z"),
        pd.Timestamp("2026-07-31T22:00Z"),
        pd.Timestamp("2026-08-01T10:00Z"),
    ]


def test_a_time_zone_object_will_do() -> None:
    events = read_csv(io.StringIO(f"{HEADER}d1,2026-01-05 10:00\n"), tz=ZoneInfo(BERLIN))
    assert list(events.deployments["finished_at"]) == [NINE]


def test_a_cell_is_the_same_moment_with_fractions_of_a_second() -> None:
    (moment,) = finished(f"{HEADER}d1,1767603600.25\n")
    assert moment == NINE + timedelta(milliseconds=250)


@pytest.mark.parametrize("nothing", ["", "NULL", "null", "None", "NaN", "NaT", "N/A", "-", r"\N"])
def test_ways_to_write_nothing(nothing: str) -> None:
    text = f"deployment_id,finished_at,started_at,version\nd1,1767603600,{nothing},{nothing}\n"
    row = read_csv(io.StringIO(text)).deployments.iloc[0]
    assert pd.isna(row["started_at"])
    assert pd.isna(row["version"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_quotes(delimiter: str) -> None:
    header = delimiter.join(("deployment_id", "finished_at", "note"))
    row = delimiter.join(("d1", "2026-01-05 09:00Z", f'"one{delimiter} ""two""\nthree"'))
    events = read_csv(io.StringIO(f"{header}\n{row}\n"))
    assert list(events.deployments["note"]) == [f'one{delimiter} "two"\nthree']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_with_and_without_a_byte_order_mark(encoding: str, newline: str) -> None:
    text = f"{HEADER}Änderung,2026-01-05T09:00:00Z\n".replace("\n", newline)
    events = read_csv(io.BytesIO(text.encode(encoding)))
    assert list(events.deployments["deployment_id"]) == ["Änderung"]


@pytest.mark.parametrize("blank", ["\n\n", "   \n", ",\n,\n", "\t \n\n"])
def test_blank_lines_are_no_rows(blank: str) -> None:
    text = f"{HEADER}d1,2026-01-05T09:00:00Z\n{blank}d2,2026-01-05T09:00:00Z\n{blank}"
    assert finished(text) == [NINE, NINE]


def test_a_last_column_without_name_or_content_is_none() -> None:
    assert finished("deployment_id,finished_at,\nd1,2026-01-05T09:00:00Z,\n") == [NINE]


def test_spaces_around_a_cell_do_not_matter() -> None:
    assert finished(f"{HEADER} d1 ,\t2026-01-05T09:00:00Z \N{NO-BREAK SPACE}\n") == [NINE]


@pytest.mark.parametrize(
    ("rows", "row", "column", "found"),
    [
        ("d1,\n", 2, "finished_at", "found nothing"),
        (",1767603600\n", 2, "deployment_id", "found nothing"),
        ("d1,yesterday\n", 2, "finished_at", "found 'yesterday'"),
        ("d1,now\n", 2, "finished_at", "found 'now'"),
        ("d1,2026-01-05T09:00:00Z\nd2,now\n", 3, "finished_at", "found 'now'"),
        ("d1,31.12.2025 21:30\n", 2, "finished_at", "found '31.12.2025 21:30'"),
        ("d1,20260105\n", 2, "finished_at", "found '20260105'"),
        ("d1,1767603600000\n", 2, "finished_at", "found '1767603600000'"),
        ("d1,2026-02-30T09:00:00Z\n", 2, "finished_at", "found '2026-02-30T09:00:00Z'"),
        ("d1,2026-01-05T09:00:00\n", 2, "finished_at", "found '2026-01-05T09:00:00'"),
        ("d1,1767603600\n\nd1,1767603600\n", 4, "deployment_id", "found 'd1'"),
        ('"d\n1",1767603600\n,\nd2,never\n', 5, "finished_at", "found 'never'"),
    ],
)
def test_a_wrong_cell_names_file_line_and_column(
    tmp_path: Path, rows: str, row: int, column: str, found: str
) -> None:
    path = write(tmp_path, HEADER + rows)
    with pytest.raises(EventsError, match=f"{re.escape(found)}, expected ") as caught:
        read_csv(path)
    assert (caught.value.file, caught.value.row, caught.value.column) == (str(path), row, column)
    assert str(caught.value).startswith(f"{path}, ")


def test_the_column_is_named_as_in_the_file() -> None:
    with pytest.raises(EventsError, match="row 2, column Deployed At: found 'soon'"):
        finished("ID,Deployed At\nd1,soon\n")


def test_of_several_wrong_cells_the_first_is_shown_and_the_others_are_counted() -> None:
    with pytest.raises(EventsError, match=r"row 3, .*'x', expected .* \(and 2 more such rows\)"):
        finished(f"{HEADER}d1,1767603600\nd2,x\nd3,y\nd4,z\n")


def test_a_local_time_without_a_zone_says_how_to_name_one() -> None:
    with pytest.raises(EventsError, match=r"on which clock all such times are, .* tz='Europe/Be"):
        finished(f"{HEADER}d1,2026-01-05T09:00:00\n")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("2025-10-26 02:30", "row 3, .*'2025-10-26 02:30'.* show this time twice"),
        ("2025-03-30 02:30", "row 3, .*'2025-03-30 02:30'.* go forward over this one"),
    ],
)
def test_a_time_that_the_clock_shows_twice_or_never_is_refused(cell: str, message: str) -> None:
    with pytest.raises(EventsError, match=message):
        finished(f"{HEADER}d1,2025-06-01 02:30\nd2,{cell}\n", BERLIN)


def test_with_its_offset_such_a_time_is_clear() -> None:
    text = f"{HEADER}d1,2025-10-26T02:30:00+02:00\nd2,2025-10-26T02:30:00+01:00\n"
    first, second = finished(text, BERLIN)
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize("zone", ["Berlin", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(EventsError, match="is not a time zone: expected a name such as"):
        finished(HEADER, zone)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("a,b\n1,2\n", "column deployment_id: this column is missing, found a, b"),
        ("id,deploy_id,finished_at\n", "column deployment_id: both 'id' and 'deploy_id' mean this"),
        ("id,finished_at,Finished At\n", "both 'finished_at' and 'Finished At' mean this"),
        ("id,finished_at,who,who\nd1,1767603600,a,b\n", "found 'who' above column 4"),
        (f"{HEADER}d1\n", "row 2: found 1 cells, expected 2 as in the header"),
        (f"{HEADER}d1,1767603600\nd2,1767603600,x\n", "row 3: found 3 cells, expected 2"),
        (f"{HEADER}d1,1,x\nd2,2,x\n", r"row 2: found 3 cells, .* \(and 1 more such rows\)"),
        (f'{HEADER}d1,1767603600\n"d2,1767603600\n', "row 2: the quotes of the record after"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(text: str, message: str) -> None:
    with pytest.raises(EventsError, match=message):
        finished(text)


def test_a_short_row_is_refused_even_where_nothing_is_required() -> None:
    text = "incident_id,deployment_id,started_at,resolved_at\ni1,,1767603600\n"
    with pytest.raises(EventsError, match="incidents, row 2: found 3 cells, expected 4"):
        read_csv(io.StringIO(HEADER), None, io.StringIO(text))


def test_an_incident_log_needs_a_column_for_the_cause() -> None:
    text = "incident_id,started_at,resolved_at\n"
    with pytest.raises(EventsError, match=r"column deployment_id: .* leave its cells empty for"):
        read_csv(io.StringIO(HEADER), None, io.StringIO(text))


def test_a_reference_to_no_deployment_names_the_file_it_is_in(tmp_path: Path) -> None:
    deployments = write(tmp_path, f"{HEADER}d1,1767603600\n")
    changes = write(tmp_path, "sha,deploy,date\na,d1,1767603600\nb,d9,1767603600\n", "changes.csv")
    with pytest.raises(EventsError, match=r"changes\.csv, row 3, column deploy: found 'd9'"):
        read_csv(deployments, changes)


def test_an_incident_resolved_before_it_began_is_refused() -> None:
    text = "incident_id,deployment_id,started_at,resolved_at\ni1,,1767603600,1767603599\n"
    with pytest.raises(
        EventsError, match=r"row 2, column resolved_at: .* not before that of start"
    ):
        read_csv(io.StringIO(HEADER), None, io.StringIO(text))


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(EventsError, match="row 2, column status: found 'wip', expected succeeded"):
        finished("id,finished_at,status\nd1,1767603600,wip\n")


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match=r"gone\.csv: there is no such file \(looked for /"):
        read_csv(tmp_path / "gone.csv")


def test_a_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(EventsError, match="cannot be read: Is a directory"):
        read_csv(tmp_path)


def test_what_is_not_text_names_the_line() -> None:
    content = f"{HEADER}d1,1767603600\n".encode() + "Änderung,1767603600\n".encode("latin-1")
    with pytest.raises(EventsError, match="row 3: this is not UTF-8 text: save the file again"):
        read_csv(io.BytesIO(content))


_MOMENTS = st.datetimes(datetime(1974, 1, 1), datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
_OFFSETS = st.integers(-14 * 60, 14 * 60)
_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=2)


def _spelled(moment: datetime, offset: int, form: str) -> str:
    if form == "epoch":
        return str(int(moment.timestamp()))
    sign, size = ("-" if offset < 0 else "+"), abs(offset)
    local = (moment + timedelta(minutes=offset)).replace(tzinfo=None).isoformat(form)
    return f"{local}{sign}{size // 60:02}:{size % 60:02}"


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,3}-[0-9]{1,3}", fullmatch=True),
        st.tuples(_MOMENTS, _OFFSETS, st.sampled_from(["T", " ", "epoch"]), _NAMES),
    ),
    st.sampled_from(",;|\t"),
)
def test_what_is_written_is_read_back(
    rows: dict[str, tuple[datetime, int, str, str]], delimiter: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["deployment_id", "finished_at", "note"])
    for name, (moment, offset, form, note) in rows.items():
        writer.writerow([name, _spelled(moment, offset, form), note])
    deployments = read_csv(io.StringIO(file.getvalue())).deployments.set_index("deployment_id")
    assert set(deployments.index) == set(rows)
    for name, (moment, _, _, note) in rows.items():
        assert deployments.loc[name, "finished_at"] == moment
        assert deployments.loc[name, "note"] == note
