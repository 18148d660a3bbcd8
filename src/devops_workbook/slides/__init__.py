"""A chapter as slides: one self-contained page, for a projector without a network.

``reveal/`` holds what of reveal.js 5.2.1 the page needs, under its own licence (MIT): nbconvert's
slides would load it from the network.
"""

from __future__ import annotations

from devops_workbook.slides.command import run
from devops_workbook.slides.deck import deck
from devops_workbook.slides.reveal_page import to_slides

__all__ = ["deck", "run", "to_slides"]
