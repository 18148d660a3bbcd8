"""Lab time of what ECR does by itself, always the same."""

from __future__ import annotations

from datetime import timedelta

#: From PutLifecyclePolicy to the first run of the policy; AWS says within 24 hours.
FIRST_RUN = timedelta(hours=6)
#: From one run of a policy to the next, so that an image goes within 24 hours of being due.
BETWEEN_RUNS = timedelta(hours=24)
#: From StartLifecyclePolicyPreview to its results.
PREVIEW = timedelta(seconds=10)
#: How long the results of a preview are kept.
PREVIEW_STAYS = timedelta(hours=24)
#: From the start of a scan to its findings.
SCAN = timedelta(seconds=20)
#: Between two basic scans of one image (ECR's quota).
BETWEEN_SCANS = timedelta(hours=24)
#: From ACTIVATING to ACTIVE; AWS says up to 20 minutes.
RESTORE = timedelta(minutes=20)
#: How long the password of GetAuthorizationToken is good for (API reference).
PASSWORD_STAYS = timedelta(hours=12)
#: The shortest time in archive after which a policy may delete an image (user guide), in days.
LEAST_DAYS_IN_ARCHIVE = 90
#: How often the time of the last pull is recorded anew (API reference of ImageDetail).
BETWEEN_RECORDED_PULLS = timedelta(hours=24)
