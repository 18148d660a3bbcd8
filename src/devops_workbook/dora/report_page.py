"""What the pages about metrics share: the templates' environment, the style and the file."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path
from typing import Any

from devops_workbook.page import style as page_style

_HERE = Path(__file__).parent


def write(path: str | Path, template: str, **content: Any) -> Path:
    """Fill the template of this folder, write it as one UTF-8 page, and return its path.

    Folders that are missing are made. Everything is escaped that the template does not call
    safe. Nothing is written if the content cannot be rendered.
    """
    # Not needed to import dora, and jinja2 takes its time.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    page = environment.get_template(template).render(
        style=page_style(),
        version=importlib.metadata.version("devops-workbook"),
        **content,
    )
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path
