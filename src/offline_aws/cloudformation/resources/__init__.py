"""The types of resources, one file for each service. Importing this registers all of them.

A file that is put here is found. A type is a table over boto3, in the words of ``_declared.py``,
``_calls.py`` and ``_parts.py``; functions stand only where a service is irregular::

    register(
        Declared(
            "AWS::Events::EventBus",
            service="events",
            properties="Description Name Tags",
            named=Named("Name", 256),
            make=Call("create_event_bus"),
            look=Look("describe_event_bus", {"Name": ID}),
            remove=Call("delete_event_bus", {"Name": ID}),
            parts=(Tags(resource=live("Arn")),),
            fixed="Description",
        )
    )

Properties go to the parameters of the same name, and what ``look`` finds is shown under the same
names, whatever the case: botocore's models and the schema of the type know them. ``words`` has the
names that differ, ``change`` the calls for properties that are changed together, ``parts`` the
properties that have calls of their own. A property that is not in the table is refused by name, as
is a change of one in ``fixed``. What the service cannot be asked for is in ``unread``, and what has
no effect offline in ``accepted``: drift compares neither.

The tests need an example with every property, and a change of every one that is not fixed: see
``tests/offline_aws/cloudformation/resources``.
"""

from __future__ import annotations

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")
