"""CodeCommit on real git.

Every repository is a bare git repository in ``OfflineAWS.folder``, under
``codecommit/<account>/<region>/<name>.git``: what boto3 commits, ``git`` clones, and what ``git``
pushes, boto3 sees.

Faithful: names, ARNs, clone URLs, ids that are the same in every run, times of the clock; commits
by CreateCommit, PutFile and DeleteFile with AWS's checks and errors; files, folders, blobs,
branches and differences read from git. A repository's first branch is its default branch.

Simplified: an encryption key is noted and encrypts nothing; triggers are checked and kept, and
never fired; the default commit messages, and the words of an error where the service's own are not
known (then the documentation of the error), are not AWS's to the letter; a page of ListBranches
has up to 1000 names, one of GetDifferences up to 100; a file put without a mode keeps the mode that
it has.

Absent, and refused by name: TestRepositoryTriggers; FolderContentSizeLimitExceededException.
"""

from __future__ import annotations

from offline_aws.codecommit import (
    branches,
    commits,
    differences,
    files,
    repositories,
    tags,
    triggers,
)

__all__ = ["branches", "commits", "differences", "files", "repositories", "tags", "triggers"]
