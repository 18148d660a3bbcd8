"""Read events from CSV files of a repository's commits and tags, as if from the repository."""

from __future__ import annotations

import pandas as pd

from devops_workbook.dora.columns import Column
from devops_workbook.dora.commit_graph import Commit, Tag
from devops_workbook.dora.csv_columns import CsvTable, Field, located
from devops_workbook.dora.csv_table import Source, read_text_table
from devops_workbook.dora.errors import EventsError
from devops_workbook.dora.events import Events
from devops_workbook.dora.name_rules import NameRule
from devops_workbook.dora.release_history import CommitTime, History, choose_tags, release_events

_COMMIT_FIELDS = {
    "sha": Field("commit commitid commitsha hash", required=True),
    "author_ts": Field("authortime authoredat authordate", required=True, time=True),
    "commit_ts": Field("committs committime committedat commitdate", required=True, time=True),
    "parents": Field("parent parentshas", required=True),
}
_TAG_FIELDS = {
    "tag": Field("name tagname version", required=True),
    "created_ts": Field("created createdat taggedat date", required=True, time=True),
    "sha": Field("commit commitid commitsha hash", required=True),
}


def from_commit_table(
    commits: Source,
    tags_table: Source,
    tags: NameRule = "*",
    *,
    head: str | None = None,
    hotfix: NameRule | None = None,
    time: CommitTime = "author",
    service: str = "",
) -> Events:
    """Read releases as `from_git` does, from CSV files of a repository's commits and tags.

    ``commits`` has the columns sha, author_ts, commit_ts and parents (shas separated by
    spaces), ``tags_table`` has tag, created_ts and sha (of the commit); times are seconds since
    1970 or ISO 8601. ``head`` is the sha of the tip of the main branch: without it, commits
    that are in no release are left out instead of counting as not deployed yet.

    Raises EventsError for what `read_csv` raises it for, and for a cycle among the commits.
    """
    commit_table = CsvTable("commits", read_text_table(commits, "commits"), _COMMIT_FIELDS)
    tag_table = CsvTable("tags", read_text_table(tags_table, "tags"), _TAG_FIELDS)
    with located({"commits": commit_table, "tags": tag_table}):
        commit_rows = _complete("commits", commit_table.frame(None), "sha")
        tag_rows = _complete("tags", tag_table.frame(None), "tag")
    graph = _graph(commit_rows)
    if head is not None and head not in graph:
        raise EventsError(f"head {head!r} is not among its commits", file=commit_table.text.file)
    all_tags = map(Tag, tag_rows["tag"], tag_rows["sha"], _seconds(tag_rows["created_ts"]))
    chosen = choose_tags(list(all_tags), tags, tag_table.text.file)
    history = History(commit_table.text.file, graph, chosen, head)
    return release_events(history, hotfix=hotfix, time=time, service=service)


def _complete(table: str, frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows, each with its key once and no empty cell but for parents."""
    for name in frame.columns.drop("parents", errors="ignore"):
        column = Column(table, name, frame[name])
        column.refuse(column.missing(), "a value")
    repeats = frame[key].duplicated().to_numpy(dtype=bool)
    Column(table, key, frame[key]).refuse(repeats, "a name that no earlier row has")
    return frame


def _graph(rows: pd.DataFrame) -> dict[str, Commit]:
    parents = (tuple(text.split()) for text in rows["parents"].fillna(""))
    found = map(Commit, parents, _seconds(rows["author_ts"]), _seconds(rows["commit_ts"]))
    return dict(zip(rows["sha"], found, strict=True))


def _seconds(times: pd.Series) -> list[int]:
    return [int(second) for second in times.astype("datetime64[s, UTC]").astype("int64")]
