"""Slides as one page that loads nothing: nbconvert's template, with reveal.js inside the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from devops_workbook import paths
from devops_workbook.course_pages import with_keys, without_widgets

_REVEAL = Path(__file__).parent / "reveal"
_STYLE_LINK = re.compile(r"<link\b[^>]*/dist/[^>]*>\n?")
# nbconvert's own, without what it loads from the network and with fonts that fit a slide.
_TEMPLATE = """{%- extends "index.html.j2" -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_css -%}<style>@REVEAL_CSS@ @STYLE@</style>{%- endblock -%}
{%- block footer_js -%}
<script>@REVEAL_JS@</script><script>@NOTES_JS@</script>
<script>Reveal.initialize({hash: true, slideNumber: "c/t", width: 1280, height: 720, margin: 0.03,
  center: false, transition: "none", plugins: [RevealNotes],
  keyboardCondition: (event) => !readOn(event)});
// What is longer than the screen is read to its end before a key, or a presenter, turns the slide.
function readOn(event) {
  const slide = Reveal.getCurrentSlide();
  const below = slide.scrollHeight - slide.clientHeight - slide.scrollTop;
  const turns = [" ", "ArrowDown", "PageDown", "n"].includes(event.key) && !event.shiftKey;
  if (!turns || below < 8 || slide.querySelector(".fragment:not(.visible)")) return false;
  slide.scrollBy(0, slide.clientHeight * 0.8);
  event.preventDefault();
  return true;
}
</script>
{%- endblock -%}
"""
_STYLE = """
:root { --jp-content-font-size1: 29px; --jp-ui-font-size1: 29px; --jp-code-font-size: 20px;
  --jp-content-line-height: 1.45; --jp-cell-prompt-width: 0px; }
body, .reveal { background: #fff; color: #1a1a1a; font-family: system-ui, sans-serif; }
.reveal .slides { text-align: left; }
.reveal .slides section { max-height: 700px; overflow-y: auto; }
.reveal .slides > section:has(> section) { max-height: none; overflow: visible; }
.reveal h1 { font-size: 60px; margin-top: 180px; } .reveal h2 { font-size: 44px; }
.reveal h3 { font-size: 34px; } .jp-InputPrompt, .jp-OutputPrompt, .anchor-link { display: none; }
.reveal img { max-width: 100%; min-width: 80%; max-height: 560px; object-fit: contain;
  display: block; margin: 0 auto; }
.jp-RenderedText pre, .highlight pre { font-size: 20px; line-height: 1.35; }
.jp-RenderedText pre { word-break: normal; overflow-wrap: anywhere; }
.celltag_large { --jp-code-font-size: 25px; }
.celltag_large pre { font-size: 25px; }
.reveal h4 { font-size: 26px; margin: 0; color: #555; }
.reveal .slide-number { right: auto; left: 8px; }
.jp-OutputArea-output table { font-size: 21px; } .reveal aside.notes { display: none; }
"""


def to_slides(notebook: Any) -> str:
    """Return a notebook whose cells are slides as one page: arrows turn them, S shows the notes."""
    from nbconvert import SlidesExporter

    without_widgets(notebook)
    exporter = SlidesExporter(embed_images=True, raw_template=_template())
    resources = {"metadata": {"name": notebook.metadata.title, "path": str(paths.NOTEBOOKS)}}
    html, _ = exporter.from_notebook_node(notebook, resources=resources)
    return with_keys(_STYLE_LINK.sub("", str(html)))


def _template() -> str:
    parts = {
        "@REVEAL_CSS@": _read("reveal.css"),
        "@STYLE@": _STYLE,
        "@REVEAL_JS@": _read("reveal.js"),
        "@NOTES_JS@": _read("notes.js"),
    }
    template = _TEMPLATE
    for place, text in parts.items():
        # As it stands: what looks like a template in it is none.
        template = template.replace(place, f"{{% raw %}}{text}{{% endraw %}}")
    return template


def _read(name: str) -> str:
    return (_REVEAL / name).read_text(encoding="utf-8")
