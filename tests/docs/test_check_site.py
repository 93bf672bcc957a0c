"""The check of the documentation site."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.check_site import main, problems_of

SOUND = """<html><head><link rel="stylesheet" href="style.css"><link rel="canonical" href="https://example.org/"></head>
<body><h1 id="top">X</h1><a href="#top">up</a><a href="guides/a.html#b%20c">a</a><a href="https://example.org">out</a>
<a href="mailto:x@example.org">write</a><img src="data:image/png;base64,AA=="><img srcset="a.png 1x, a.png 2x">
</body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "guides").mkdir()
    (tmp_path / "index.html").write_text(SOUND, "utf-8")
    (tmp_path / "guides" / "a.html").write_text('<h1 id="b c">A</h1><a href="../">up</a><a href="/">up</a>', "utf-8")
    (tmp_path / "style.css").write_text("a { background: url(a.png) }", "utf-8")
    (tmp_path / "a.png").write_bytes(b"")
    return tmp_path


def test_a_sound_site_passes(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(site)]) == 0
    assert "nothing is loaded from another host" in capsys.readouterr().out


@pytest.mark.parametrize("html", [
    '<link rel="stylesheet" href="https://fonts.example.org/css">',
    '<link rel="preconnect" href="//fonts.example.org">',
    '<script src="http://cdn.example.org/a.js"></script>',
    '<script>import("https://cdn.example.org/a.js")</script>',
    '<img src="//example.org/a.png">',
    '<img srcset="a.png 1x, https://example.org/a.png 2x">',
    '<iframe src="https://example.org"></iframe>',
    '<svg><use href="https://example.org/a.svg#b"></use></svg>',
    '<p style="background: url(\'https://example.org/a.png\')">x</p>',
    '<style>@import "https://example.org/a.css";</style>',
])
def test_an_address_of_another_host_is_found(site: Path, html: str) -> None:
    (site / "b.html").write_text(html, "utf-8")

    assert [problem for problem in problems_of(site) if "from another host" in problem]
    assert main([str(site)]) == 1


def test_a_style_sheet_may_load_nothing_from_another_host(site: Path) -> None:
    (site / "style.css").write_text("@import 'https://example.org/a.css';", "utf-8")

    assert list(problems_of(site)) == ["style.css loads https://example.org/a.css from another host."]


def test_a_diagram_that_needs_a_library_of_another_host_is_found(site: Path) -> None:
    (site / "b.html").write_text('<pre class="mermaid">graph LR</pre>', "utf-8")

    assert "Mermaid" in next(problems_of(site))


@pytest.mark.parametrize(("address", "message"), [
    ("gone.html", "does not exist"), ("/gone/", "does not exist"), ("#gone", "no such place"),
    ("guides/a.html#gone", "no such place"),
])
def test_a_dead_link_is_found(site: Path, address: str, message: str) -> None:
    (site / "b.html").write_text(f'<a href="{address}">x</a>', "utf-8")

    assert [problem for problem in problems_of(site) if message in problem]


def test_an_empty_folder_is_no_site(tmp_path: Path) -> None:
    assert list(problems_of(tmp_path)) == [f"{tmp_path} holds no page: build the site first."]
