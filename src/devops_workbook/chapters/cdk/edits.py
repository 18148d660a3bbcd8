"""Edits of the shop's code that look like tidying up, each as a stack.

Importing this loads the CDK.
"""

from __future__ import annotations

from aws_cdk import App
from constructs import Construct

from devops_workbook.cdk import Assembly, synth
from devops_workbook.cdk.runtime import quiet
from devops_workbook.chapters.cdk.shop import Base, Shop, add_customers, add_database


class Store(Base):
    """The class has another name, and so has its attribute."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.orders_database = add_database(self, self.network)
        self.customers = add_customers(self)


class Renamed(Base):
    """The construct has another id."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.database = add_database(self, self.network, "OrdersDatabase")
        self.customers = add_customers(self)


class Wrapped(Base):
    """The database stands in a construct of its own."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        data = Construct(self, "Data")
        self.database = add_database(data, self.network)
        self.customers = add_customers(self)


class Bigger(Shop):
    """The database has another class."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.database.node.default_child.db_instance_class = "db.t4g.small"


_EDITS: dict[str, tuple[type[Base], str]] = {
    "class": (Store, "shop"),
    "id": (Renamed, "shop"),
    "wrapped": (Wrapped, "shop"),
    "bigger": (Bigger, "shop"),
    "stack": (Shop, "store"),
}


def assembly_of(edit: str) -> Assembly:
    """Return the app with an edit, synthesised."""
    kind, name = _EDITS[edit]
    app = App()
    kind(app, name)
    with quiet():
        return synth(app)
