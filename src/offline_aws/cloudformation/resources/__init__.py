"""The types of resources, one file for each service. Importing this registers all of them.

A file that is put here is found. An entry is a table over boto3, see ``_declared.py``::

    register(
        Declared(
            "AWS::Logs::LogGroup",
            service="logs",
            properties="KmsKeyId LogGroupName RetentionInDays",
            named=Named("LogGroupName", 512),
            create=Call("create_log_group"),
            look=Look("describe_log_groups", {"logGroupNamePrefix": ID}, "logGroups[0]"),
            parts=(
                Own("RetentionInDays", put=Call(...), unset=Call(...)),
                Tags(resource=lambda it: it.live["arn"]),
            ),
            delete=Call("delete_log_group", {"logGroupName": ID}),
        )
    )

A property that is not in an entry is refused by name, also where AWS has it. What the service
cannot be asked for again is in ``not_read``: drift does not compare it.
"""

from __future__ import annotations

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")
