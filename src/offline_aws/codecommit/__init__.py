"""CodeCommit on real git.

Every repository is a bare git repository in ``OfflineAWS.folder``, under
``codecommit/<account>/<region>/<name>.git``: what boto3 commits, ``git`` clones, and what ``git``
pushes, boto3 sees.

Faithful: names, ARNs, clone URLs, ids that are the same in every run, times of the clock; commits
by CreateCommit, PutFile and DeleteFile with AWS's checks and errors; files, folders, blobs,
branches and differences read from git. A repository's first branch is its default branch. Merges
by fast-forward, squash and three-way, with conflicts by file or by line, strategies and single
resolutions; merged trees are those of git.

Simplified: an encryption key is noted and encrypts nothing; triggers are checked and kept, and
never fired; the default commit messages, and the words of an error where the service's own are not
known (then the documentation of the error), are not AWS's to the letter; a page of ListBranches
has up to 1000 names, one of GetDifferences up to 100; a file put without a mode keeps the mode that
it has; a merge of two branches that were merged across each other takes one of the merge bases; the
hunks of a conflict count lines from 0 and end before ``endLine``.

Absent, and refused by name: TestRepositoryTriggers. Limits of size that are of AWS's machines, such as
MaximumItemsToCompareExceededException, are not raised.
"""

from __future__ import annotations

from offline_aws.codecommit import (
    branches,
    commits,
    conflicts,
    differences,
    files,
    merges,
    repositories,
    tags,
    triggers,
)

__all__ = [
    "branches",
    "commits",
    "conflicts",
    "differences",
    "files",
    "merges",
    "repositories",
    "tags",
    "triggers",
]
