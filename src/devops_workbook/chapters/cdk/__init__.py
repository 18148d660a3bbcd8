"""Chapter 07: the shop's infrastructure in Python, with the AWS CDK."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.cdk import (
    data,
    reading,
    queues,
    refactoring,
    rules,
    quiz,
)

# isort: on
from devops_workbook.chapters.cdk.scene import chapter

__all__ = ["chapter", "data", "queues", "quiz", "reading", "refactoring", "rules"]
