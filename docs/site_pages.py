"""Hook of MkDocs: makes pages from the files in the root of the repository, so that no text is written twice.

`PAGES` maps each page to a file and its sections. Links are written for readers of the repository, and the hook turns
them into links between pages. A link to a file that is not a page becomes plain text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

#: Name of the text before the first section of a file.
INTRODUCTION = ""


class Part(NamedTuple):
    """The source of a page: second-level sections of a file in the root, or the whole file if none is named."""

    source: str
    sections: tuple[str, ...] = ()


PAGES = {
    "index.md": Part("README.md", (INTRODUCTION, "Start", "Licence")),
    "guides/python.md": Part("README.md", ("From Python",)),
    "guides/terminal.md": Part("README.md", ("From the terminal",)),
    "guides/method.md": Part("README.md", ("How it works",)),
    "guides/limits.md": Part("README.md", ("Limits",)),
    "guides/figures.md": Part("README.md", ("Speed and recovery",)),
    "develop.md": Part("README.md", ("Develop",)),
    "changelog.md": Part("CHANGELOG.md"),
    "contributing.md": Part("CONTRIBUTING.md"),
}
#: A line of a page in docs/ to replace by the text of a section of the README, without its heading.
_INCLUDED = re.compile(r"^\{\{ README: (.+?) \}\}$", re.MULTILINE)
#: Code comes first, because a link or a heading inside code is none.
_CODE = r"(?P<code>^```.*?^```|`[^`\n]+`)"
_LINK = re.compile(_CODE + r"|(?P<label>!?\[[^\]]*\])\((?P<path>(?!\w+:)[^)#\s]*)(?P<anchor>#[^)\s]*)?\)",
                   re.MULTILINE | re.DOTALL)
_HEADING = re.compile(_CODE + r"|^#(?P<heading>#+ )", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(_CODE + r"|^## (?P<name>[^\n]+)\n", re.MULTILINE | re.DOTALL)


def sections_of(text: str) -> dict[str, str]:
    """Heading -> text of the second-level sections of a Markdown file; the introduction's heading is empty."""
    starts = [found for found in _SECTION.finditer(text) if found["name"]]
    ends = [*(found.start() for found in starts), len(text)]
    parts = {INTRODUCTION: text[: ends[0]]}
    for found, end in zip(starts, ends[1:], strict=True):
        parts[found["name"].strip()] = text[found.end() : end]
    return parts


def page_text(part: Part, root: Path) -> str:
    """The Markdown of a page.

    Raises:
        PluginError: the file has no such section.
    """
    text = (root / part.source).read_text("utf-8")
    if not part.sections:
        return text
    first, *others = part.sections
    start = _section(text, first, part.source)
    if first != INTRODUCTION:  # the section's heading becomes the page's, and those below it rise with it
        start = f"# {first}\n" + _HEADING.sub(lambda found: found["code"] or found["heading"], start)
    return start + "".join(f"\n## {name}\n{_section(text, name, part.source)}" for name in others)


def _section(text: str, name: str, source: str) -> str:
    sections = sections_of(text)
    if name not in sections:
        raise PluginError(f"{source} has no section {name!r}, and a page of the site needs it. Change PAGES in "
                          "docs/site_pages.py, or the page in docs/ that names the section.")
    return sections[name]


def slug(heading: str) -> str:
    """The anchor of a heading on GitHub."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip())


def site_link(path: str, anchor: str) -> tuple[str, str] | None:
    """Page and anchor for a path from the root of the repository; None if it is not a page."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/"), anchor
    pages = {page: part for page, part in PAGES.items() if part.source == path}
    for page, part in pages.items():
        if anchor and anchor[1:] in map(slug, part.sections[1:]):
            return page, anchor
        if anchor and part.sections and anchor[1:] == slug(part.sections[0]):
            return page, ""
    for page in pages:
        return page, "" if pages[page].sections else anchor
    return None


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages of `PAGES` whose file exists."""
    root = Path(config.config_file_path).parent
    for name, part in PAGES.items():
        if (root / part.source).exists():
            files.append(File.generated(config, name, content=page_text(part, root)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Inserts the sections that a page names, and turns links of the repository into links of the site."""
    root = Path(config.config_file_path).parent
    here = page.file.src_uri
    readme = (root / "README.md").read_text("utf-8")

    def included(found: re.Match[str]) -> str:
        return _LINK.sub(relinked("", "README.md"), _section(readme, found[1], "README.md").strip())

    def relinked(folder: str, source: str) -> Callable[[re.Match[str]], str]:
        def link(found: re.Match[str]) -> str:
            if found["code"]:
                return found["code"]
            path = posixpath.normpath(posixpath.join(folder, found["path"])) if found["path"] else source
            target = site_link(path, found["anchor"] or "")
            if target is not None and files.get_file_from_path(target[0]) is not None:
                return f"{found['label']}({posixpath.relpath(target[0], posixpath.dirname(here) or '.')}{target[1]})"
            beside = not path.startswith("docs/") and (root / path).exists()
            return found["label"][1:-1] if beside and found["label"][0] == "[" else found[0]  # MkDocs reports the rest

        return link

    if here in PAGES:
        return _LINK.sub(relinked("", PAGES[here].source), markdown)
    folder = posixpath.join("docs", posixpath.dirname(here))
    return _INCLUDED.sub(included, _LINK.sub(relinked(folder, f"docs/{here}"), markdown))
