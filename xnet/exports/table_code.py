"""Python code that reads a person's own CSV file, for the exported programs; it imports only the standard library.

The code finds the encoding, the separator, the line of the column names and the decimal sign in the file itself, as
the Data page does, so that a program reads the table that its formula came from.
"""

from xnet.tables.numbers import TRUTHS

#: Functions `column_names`, `read_rows`, `bare`, `has_comma` and `number`, and what true and false are; NumPy is known
#: as `np`. Names of columns are those of `xnet.tables.columns.unique_names`.
READING = '''def column_names(cells, needed=()):
    """The names of columns as X-Net reads them: 80 letters at most; an empty or a repeated one gets a number."""
    names, taken, used = [], {" ".join(cell.split()) for cell in cells}, set()
    for at, cell in enumerate(cells, start=1):
        clean = " ".join("".join(c if c.isprintable() else " " for c in cell).split())[:80].strip()
        base = cell if cell in needed else clean or f"column_{at}"
        name, k = base, 2
        while name in used or (name != base and name in taken):
            name, k = f"{base}_{k}", k + 1
        names.append(name)
        used.add(name)
    return names


def read_rows(source, needed):
    """Names, rows (texts by column) and separator of a CSV file; the line that names the needed columns is found.

    `source` is the content in bytes. Text that is not UTF-8 is read by the first of the usual encodings that gives the
    needed names, else as Windows-1252 (Latin-1 with a euro sign). The columns of a file without names are column_1,
    column_2 and so on.
    """
    import csv
    import io

    if source[:2] in (b"\\xff\\xfe", b"\\xfe\\xff"):
        text = source.decode("utf-16")
    else:
        text = source.decode("cp1252", "replace")
        for encoding in ("utf-8-sig", "cp1252", "gb18030", "cp932", "big5", "cp949", "euc_jp", "cp1251", "koi8_r",
                         "cp1253", "cp1255", "cp1256"):
            try:
                read = source.decode(encoding)
            except UnicodeDecodeError:
                continue
            if encoding == "utf-8-sig" or all(name in read for name in needed):
                text = read
                break
    best, found, plain = -1, ([], [], ","), None
    for separator in ";\\t|,":
        lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text, newline=""),
                                                                        delimiter=separator)]
        for at, cells in enumerate(lines[:50]):
            words = any(np.isnan(number(cell, False)) for cell in cells if cell)
            names = column_names(cells, needed) if words else cells
            hits = sum(name in names for name in needed)
            if hits > best or (hits == best and len(names) > len(found[0])):
                best, found = hits, (names, lines[at + 1:], separator)
        rows = [line for line in lines if any(line)]
        if not plain and rows and len(rows[0]) > 1 and {len(line) for line in rows} == {len(rows[0])}:
            plain = (column_names([""] * len(rows[0])), rows, separator)
    names, lines, separator = plain if plain and best < 1 <= len(set(needed) & set(plain[0])) else found
    if sum(any(line[len(names):]) for line in lines) > len(lines) / 2:
        raise SystemExit("The lines have more cells than there are names: name every column, and write semicolons "
                         "between the cells where commas are decimal signs.")
    return names, [dict(zip(names, line)) for line in lines if any(line)], separator


def bare(cell):
    """A cell without signs of money, percent signs, spaces and apostrophes: "EUR 1 250" is 1250, and 5 % is 5."""
    import re

    cell = (cell if isinstance(cell, str) else repr(cell)).replace("\\u2212", "-")
    return re.sub(r"USD|EUR|GBP|CHF|[$%\\s'\\u2019\\u20ac\\u00a3\\u00a5]", "", cell)


def has_comma(rows, name, separator):
    """Whether a column has decimal commas (1,5 for one and a half) rather than commas between thousands."""
    import re

    cells = [bare(row.get(name, "")) for row in rows]
    cells = [cell for cell in cells if re.fullmatch(r"[-+]?[\\d.]*,\\d+(e[-+]?\\d+)?", cell, re.I)]
    clear = [cell for cell in cells if not re.fullmatch(r"[-+]?[1-9]\\d{0,2},\\d{3}", cell)]
    return bool(clear or (cells and separator != ","))


TRUTHS = {truths}


def number(cell, comma):
    """The number in a cell, NaN if there is none; True is 1, False is 0; `comma`: the decimal sign is a comma."""
    cell = bare(cell)
    if cell.lower() in TRUTHS:
        return TRUTHS[cell.lower()]
    cell = cell.replace(".", "").replace(",", ".") if comma and "," in cell else cell.replace(",", "")
    try:
        return float(cell)
    except ValueError:
        return np.nan
'''.replace("{truths}", repr(TRUTHS))

_HEAD = '''{derived}
{reading}

COLUMNS = {columns}


def main():
    """Read a CSV file (or standard input) and write the prediction for each of its rows; no number, no prediction."""
    import csv
    import sys

    content = open(sys.argv[1], "rb").read() if len(sys.argv) > 1 else sys.stdin.buffer.read()
    if content[:2] in (b"PK", b"\\x1f\\x8b"):
        sys.exit("This is a workbook or an archive. Save its table as a CSV file, and give that.")
    names, rows, separator = read_rows(content, {needed})
    if not rows:
        sys.exit(f"The file has no rows below a line of names. Give a CSV file with the columns {{COLUMNS}}.")
{derive}    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if missing:
        sys.exit(f"The table lacks the columns {{missing}}; it has {{names}}.")
    columns = [np.array([number(row.get(name, ""), comma) for row in rows])
               for name, comma in ((name, has_comma(rows, name, separator)) for name in COLUMNS)]
'''
_END = '''    lost = [row for row, there in zip(rows, known) if not there]
    if lost:
        sys.stderr.write(f"Rows without a prediction: {{len(lost)}} of {{len(rows)}}. The first one has "
                         + ", ".join(f"{{name!r}}: {{lost[0].get(name, '')!r}}" for name in COLUMNS) + ".\\n")
    writer = csv.writer(sys.stdout)
    writer.writerow({heads})
    writer.writerows({cells} for value, there in zip(values, known))


if __name__ == "__main__":
    main()
'''
#: The program around `predict`; the fields are derived columns, names of columns, a line of code, and the target.
SCRIPT = _HEAD + '''    with np.errstate(all="ignore"):
        values = np.broadcast_to(predict(*columns), len(rows)) + 0.0
    known = np.all([np.isfinite(values), *(~np.isnan(column) for column in columns)], axis=0)
''' + _END.replace("{heads}", "[{target}]").replace("{cells}", '[repr(float(value)) if there else ""]')
#: The same around `probabilities`: the most probable class of every row, and the probability of every class.
CLASS_SCRIPT = _HEAD + '''    with np.errstate(all="ignore"):
        values = np.broadcast_to(probabilities(*columns), (len(rows), len(CLASSES)))
    known = np.all([np.ones(len(rows), dtype=bool), *(~np.isnan(column) for column in columns)], axis=0)
''' + _END.replace("{heads}", "[{target}, *(f'probability of {{label}}' for label in CLASSES)]").replace(
    "{cells}", '[CLASSES[value.argmax()], *map(float, value)] if there else [""] * (len(CLASSES) + 1)')
