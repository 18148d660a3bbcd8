"""What a page of the course would load, where it links to, its pictures and its text."""

from __future__ import annotations

from html.parser import HTMLParser

LOADING = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """A page, read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.alts: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append(tag)
        self.loaded += [attributes[LOADING[tag]] or ""] if LOADING.get(tag) in attributes else []
        self.links += [attributes["href"] or ""] if tag == "a" and "href" in attributes else []
        self.alts += [attributes.get("alt") or ""] if tag == "img" else []

    def handle_data(self, data: str) -> None:
        self.text += data
