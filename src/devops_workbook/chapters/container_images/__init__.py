"""Chapter 08: what an image is, how to build a good one, and which of them to keep."""

from __future__ import annotations

# Importing a module registers its exercises, so the order is that of the notebook.
# isort: off
from devops_workbook.chapters.container_images import (
    by_hand,
    caching,
    context,
    orders_image,
    storefront_image,
    pushing,
    shielding,
    lifecycle,
    production,
    quiz,
)

# isort: on
from devops_workbook.chapters.container_images.account import chapter

__all__ = [
    "by_hand",
    "caching",
    "chapter",
    "context",
    "lifecycle",
    "orders_image",
    "production",
    "pushing",
    "quiz",
    "shielding",
    "storefront_image",
]
