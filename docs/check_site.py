"""Checks the built site: a page loads nothing from another host, and every link inside the site leads somewhere.

    python docs/check_site.py build/site

The scripts of the theme are not read. They contain addresses, but use them only for elements that this check looks for.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: Attributes whose address a browser loads by itself; `href` only in the elements below.
_LOADED = ("src", "srcset", "data", "poster", "background", "xlink:href")
_LOADING_HREF = ("link", "use", "image")
#: Relations of a link in the head that name a page and load nothing.
_NAMING = {"canonical", "alternate", "prev", "next", "author", "license", "edit"}
_REMOTE = re.compile(r"(?:https?:|wss?:|ftp:)?//\S", re.IGNORECASE)
_STYLE_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)
_SCRIPT_ADDRESS = re.compile(r"(?:https?|wss?)://[^\s'\"<>]+", re.IGNORECASE)


@dataclass
class PageContent:
    """The content of a page: anchors, links, and the addresses that a browser loads with it."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    diagrams: int = 0  # Mermaid: the theme loads its library from another host


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = PageContent()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("style", "script") else ""
        values = {name: value or "" for name, value in attrs}
        self.page.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        self.page.diagrams += "mermaid" in values.get("class", "").split()
        for name in _LOADED:
            if name in values:
                parts = values[name].split(",") if name == "srcset" else [values[name]]
                self.page.loads += [part.split()[0] for part in parts if part.strip()]
        self.page.loads += style_addresses(values.get("style", ""))
        if "href" in values:
            loading = tag in _LOADING_HREF and not set(values.get("rel", "").lower().split()) & _NAMING
            (self.page.loads if loading else self.page.links).append(values["href"])

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.page.loads += style_addresses(data)
        elif self._inside == "script":
            self.page.loads += _SCRIPT_ADDRESS.findall(data)


def read_page(html: str) -> PageContent:
    """Anchors, links and loaded addresses of an HTML page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


def style_addresses(css: str) -> list[str]:
    """The addresses in a style sheet."""
    return [address or imported for address, imported in _STYLE_ADDRESS.findall(css)]


def remote(addresses: Iterable[str]) -> list[str]:
    """The addresses that name a host."""
    return [address for address in addresses if _REMOTE.match(address.strip())]


def target_of(site: Path, page: Path, address: str) -> Path | None:
    """The file of the site that an address on a page leads to; None if it leads out of the site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    if not parts.path:
        return page
    path = unquote(parts.path)
    target = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    return target / "index.html" if path.endswith("/") or target.is_dir() else target


def problems_of(site: Path) -> Iterator[str]:
    """One sentence for each problem of the site."""
    pages = {path.resolve(): read_page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"{site} holds no page: build the site first."
    for path, page in pages.items():
        name = path.relative_to(site.resolve())
        yield from (f"{name} loads {address} from another host." for address in remote(page.loads))
        if page.diagrams:
            yield f"{name} has a Mermaid diagram, whose library the theme loads from another host: use an SVG file."
        for address in [*page.links, *page.loads]:
            target = target_of(site.resolve(), path, address)
            if target is None:
                continue
            if not target.exists():
                yield f"{name} links to {address}, which does not exist."
                continue
            anchor = unquote(urlsplit(address).fragment)
            if anchor and target.resolve() in pages and anchor not in pages[target.resolve()].anchors:
                yield f"{name} links to {address}, and there is no such place on that page."
    for path in sorted(site.rglob("*.css")):
        found = remote(style_addresses(path.read_text("utf-8")))
        yield from (f"{path.relative_to(site)} loads {address} from another host." for address in found)


def main(arguments: list[str]) -> int:
    """Print the problems of the site in a folder, the first argument; return the exit code."""
    site = Path(arguments[0] if arguments else "build/site")
    problems = list(dict.fromkeys(problems_of(site)))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{site}: nothing is loaded from another host, and every link leads somewhere.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
