"""CodeCommit on real git.

Every repository is a bare git repository in ``OfflineAWS.folder``, under
``codecommit/<account>/<region>/<name>.git``: what boto3 commits, ``git`` clones, and what ``git``
pushes, boto3 sees.

Faithful: names, ARNs, clone URLs, ids that are the same in every run, times of the clock.

Simplified: an encryption key is noted and encrypts nothing; triggers are checked and kept, and
never fired; a message whose words are not known is the documentation of its error.

Absent, and refused by name: TestRepositoryTriggers.
"""

from __future__ import annotations

from offline_aws.codecommit import repositories, tags, triggers

__all__ = ["repositories", "tags", "triggers"]
