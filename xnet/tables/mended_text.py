"""Text that another program damaged: letters decoded twice, quotes that are written in other ways than in CSV."""

from __future__ import annotations

import re

from xnet.counts import counted

#: Letters of UTF-8 that were read as Windows-1252: Â° for °, Ã¶ for ö, Î¼ for μ, â‚¬ for €.
_TWICE = re.compile(r"[ÂÃÎÏâ][^\x00-\x7f]+")


#: The time and the rest of a line of a serial monitor.
_MONITOR = re.compile(r"(?:(\d\d:\d\d:\d\d(?:\.\d{1,6})?) -> |"
                      r"\[(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?|\d\d:\d\d:\d\d(?:\.\d{1,6})?)\] )(.*\S.*)")
#: The end of a number with decimals that the minus of another one follows.
_TOUCHING = re.compile(r"(\.\d{1,15})(?=-\d{0,15}\.\d)")
#: A line that ends with a number, and a comment behind it.
_BEHIND = re.compile(r"^([^\n#!]*\d[.)\]]?)[ \t]+((?:#|!|//)(?![\d#!])[^\n]*)$", re.MULTILINE)


def with_mended_letters(text: str, notes: list[str]) -> str:
    """The text with letters such as Â° as what they were, °; each kind of change is reported.

    >>> with_mended_letters("T (Â°C)", []), with_mended_letters("Âge", [])
    ('T (°C)', 'Âge')
    """
    changed: dict[str, str] = {}

    def mended(match: re.Match[str]) -> str:
        try:
            changed[match[0]] = match[0].encode("cp1252").decode("utf-8")
        except UnicodeError:
            return match[0]
        return changed[match[0]]

    found = _TWICE.sub(mended, text)
    if changed:
        shown = ", ".join(f"{old!r} to {new!r}" for old, new in list(changed.items())[:3])
        notes.append(f"Letters that another program had decoded in the wrong way were restored: {shown}.")
    return found


def with_parted_numbers(text: str, notes: list[str]) -> str:
    """The text with a space between numbers of a fixed width that touch, as Fortran writes 1.000-101.500.

    >>> with_parted_numbers("   0.000-100.000-100.500\\n   1.000-101.000 -99.000\\n", []).split("\\n")[0].split()
    ['0.000', '-100.000', '-100.500']
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or any(sign in text for sign in ",;\t") or sum(
            _TOUCHING.search(line) is not None for line in lines) < max(1, len(lines) // 10):
        return text
    parted = _TOUCHING.sub(r"\1 ", text)
    widths = {len(line.split()) for line in parted.splitlines() if line.strip()}
    if len(widths) > 1 or len({len(line.rstrip()) for line in lines[1:]}) > 1:
        return text
    notes.append("A space was put between numbers that touch, as in a fixed width.")
    return parted


def without_comments_behind(text: str, notes: list[str]) -> str:
    """The text without comments behind the numbers of a line, such as 1,2.5 # pump off.

    >>> without_comments_behind("x,y\\n1,2 # pump off\\n2,3\\n", [])
    'x,y\\n1,2\\n2,3\\n'
    """
    if " #" not in text and "\t#" not in text and " !" not in text and " //" not in text:
        return text
    found = [match for match in _BEHIND.finditer(text) if match[1].count('"') % 2 == 0]
    if not found or any(match[1].lstrip()[:1] in ("#", "!", "/", "%") for match in found):
        return text
    line = text.count("\n", 0, found[0].start()) + 1
    notes.append(f"Left out {counted(len(found), 'comment')} behind numbers, the first in line {line}: "
                 f"{found[0][2].strip()[:40]!r}.")
    parts, end = [], 0
    for match in found:
        parts += [text[end:match.start()], match[1]]
        end = match.end()
    return "".join([*parts, text[end:]])


def with_plain_times(text: str) -> str:
    """The lines of a serial monitor with the time in a cell of its own: 10:15:30.123 -> 512,3.30 and [10:15:30] 512.

    >>> with_plain_times("10:15:30.1 -> 5,2\\n10:15:30.2 -> 6,3\\n10:15:30.3 -> 7,4")
    '10:15:30.1,5,2\\n10:15:30.2,6,3\\n10:15:30.3,7,4'
    """
    lines = text.splitlines()
    matches = [_MONITOR.fullmatch(line) for line in lines]
    found = [match for match in matches if match]
    if len(found) < 3 or len(found) < 0.8 * sum(map(bool, map(str.strip, lines))):
        return text
    sign = next((sign for sign in ",;\t" if all(sign in match[3] for match in found)), " ")
    return "\n".join(f"{(match[1] or match[2]).replace(' ', 'T')}{sign}{match[3]}" if match else line
                     for match, line in zip(matches, lines, strict=True))


def without_prose(text: str, notes: list[str]) -> str:
    """The text of a message without the sentences above and below its table; lines keep their numbers.

    Only whole paragraphs are left out, whose lines end like sentences or have many words.

    >>> without_prose("Hi,\\nhere are my data:\\n\\nx y\\n1 2\\n2 4\\n3 7\\n\\nCan you help?", [])
    '\\n\\n\\nx y\\n1 2\\n2 4\\n3 7\\n'
    """
    lines = text.splitlines()
    paragraphs: list[list[int]] = [[]]
    for k, line in enumerate(lines):
        if line.strip():
            paragraphs[-1].append(k)
        elif paragraphs[-1]:
            paragraphs.append([])
    paragraphs = [part for part in paragraphs if part]
    first, last = 0, len(paragraphs)
    while first < last - 1 and _is_prose([lines[k] for k in paragraphs[first]]):
        words = [len(lines[paragraphs[k][0]].split()) for k in (first, first + 1)]
        if len(paragraphs[first]) == 1 and words[0] == words[1]:
            break  # names, with a blank line below them
        first += 1
    while last - 1 > first and _is_prose([lines[k] for k in paragraphs[last - 1]]):
        last -= 1
    left = [k for part in (*paragraphs[:first], *paragraphs[last:]) for k in part]
    if not left or not any(any(c.isdigit() for c in lines[k]) for part in paragraphs[first:last] for k in part):
        return text
    notes.append(f"Left out {len(left)} lines of sentences around the table, the first in line {left[0] + 1}.")
    return "\n".join("" if k in set(left) else line for k, line in enumerate(lines[:paragraphs[last - 1][-1] + 1])) + (
        "\n" if last < len(paragraphs) else "")


def _is_prose(lines: list[str]) -> bool:
    """Whether the lines of a paragraph are sentences, without a sign that separates cells."""
    for line in lines:
        words, numbers = re.findall(r"[^\W\d_]{2,}", line), re.findall(r"\d+", line)
        sentence = line.rstrip()[-1:] in ".:!?" or (line.rstrip()[-1:] == "," and len(words) < 4)
        if line.lstrip()[:1] in ("#", "%", "!", "@", '"', "'") or re.search(r"[\t;|=\[\]{}<>&]|,\S", line) or len(
                numbers) > 2 or not (len(words) > 5 or (sentence and words)):
            return False
    return True


def with_plain_quotes(text: str) -> str:
    """The text with quotes inside quotes doubled, not behind a backslash, and without spaces behind quotes.

    >>> with_plain_quotes('"2" , "x"')
    '"2", "x"'
    """
    return re.sub(r'"[ \t]++(?=[,;|\r\n])', '"', text.replace('\\"', '""'))
