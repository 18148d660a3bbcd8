"""Lab time of what App Runner does by itself, always the same."""

from __future__ import annotations

from datetime import timedelta

#: From the call until the work begins.
PENDING = timedelta(seconds=10)
#: Copying the image from ECR, and fetching the source code.
COPYING = timedelta(seconds=30)
#: Until an image that cannot be pulled is given up.
FAILED_PULL = timedelta(minutes=10)
#: Building an image from source code.
BUILDING = timedelta(minutes=2)
#: Instances for the new version, before its process starts.
PROVISIONING = timedelta(minutes=1)
#: How long a new version has to pass its health checks.
HEALTHY_WITHIN = timedelta(minutes=6)
#: Moving the traffic to the new version.
ROUTING = timedelta(minutes=1)
#: Putting the settings before a failed change back.
ROLLING_BACK = timedelta(minutes=1)
PAUSING = timedelta(minutes=1)
DELETING = timedelta(minutes=1)

#: Making a certificate for a custom domain.
CERTIFYING = timedelta(minutes=1)
#: Between two looks at the DNS for the records of a custom domain, and until AWS gives up.
LOOKING_AT_DNS = timedelta(hours=1)
VALID_WITHIN = timedelta(hours=72)
#: From valid records to an active domain.
BINDING = timedelta(minutes=5)
#: Making, changing and taking away a VPC ingress connection.
CONNECTING = timedelta(minutes=1)
