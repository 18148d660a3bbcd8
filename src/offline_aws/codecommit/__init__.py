"""CodeCommit on real git.

Every repository is a bare git repository in ``OfflineAWS.folder``, under
``codecommit/<account>/<region>/<name>.git``: what boto3 commits, ``git`` clones, and what ``git``
pushes, boto3 sees; by the folder, and over http by the address of ``Server.clone_url``.

Faithful:
- repositories with names, ARNs, clone URLs and tags; ids that are the same in every run (but for
  the tokens that botocore makes); every time is the clock's; the first branch is the default;
- commits by CreateCommit, PutFile and DeleteFile with AWS's checks and errors; files, folders,
  blobs, branches, histories and differences (by file and by line) read from git;
- merges by fast-forward, squash and three-way; conflicts by file and by line, strategies and single
  resolutions; merged trees are those of git;
- pull requests with revisions, events, approval rules and templates, approvals by IAM users and
  roles (the caller is the one that STS names), overrides, comments, replies and reactions;
- events for EventBridge of every branch, tag and pull request that changes, with AWS's fields; what
  git pushes to the folder is noticed at the next call about the repository, and whenever the clock
  is about to move;
- triggers: topics and functions get AWS's message for the branches and events asked for.

Simplified:
- an encryption key is noted and encrypts nothing;
- a trigger is fired once, and what it cannot reach is left out;
- the words of an error are those of its documentation where the service's own are not known; the
  default commit messages and the notificationBody of an event are not AWS's to the letter;
- a page of ListBranches has up to 1000 names, of GetDifferences up to 100 files; a history is the
  newest first;
- a file put without a mode keeps the mode that it has;
- branches that were merged across each other are merged on one of their merge bases; the hunks of
  a conflict count lines from 0 and end before ``endLine``;
- what git pushes is the doing of whoever made the repository; over http git reaches the default
  account's repositories alone, and the whole of each: there is no partial clone;
- a pull request whose source git merged into its destination stays open until it is closed;
- a token of a client is remembered until the environment ends; eight reactions are known.

Absent: events of comments, reactions and approval rule templates; limits that come of the size of
AWS's machines, such as MaximumItemsToCompareExceededException.
"""

from __future__ import annotations

from offline_aws.codecommit import (
    approvals,
    associations,
    branches,
    comments,
    commits,
    conflicts,
    differences,
    files,
    history,
    merges,
    pull_request_merges,
    pull_requests,
    reactions,
    repositories,
    tags,
    templates,
    triggers,
)

__all__ = [
    "approvals",
    "associations",
    "branches",
    "comments",
    "commits",
    "conflicts",
    "differences",
    "files",
    "history",
    "merges",
    "pull_request_merges",
    "pull_requests",
    "reactions",
    "repositories",
    "tags",
    "templates",
    "triggers",
]
