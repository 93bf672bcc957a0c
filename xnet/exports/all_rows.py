"""Files of a run's formula whose constants are fitted to all rows, training and held-out."""

from __future__ import annotations

from pathlib import Path

from xnet.atomic_files import write_text
from xnet.engine.fitting.determined_constants import n_determined
from xnet.engine.formulas.latex import to_latex
from xnet.engine.formulas.text import to_text
from xnet.engine.networks.network import Network
from xnet.engine.problem.restrictions import fixed_constants
from xnet.evidence.class_probability import to_search_form
from xnet.evidence.formula_of_all_rows import formula_of_all_rows

from .export import Export, formula_python
from .records import SCORES, formula_json

#: The files, by what they hold.
TEXT, PYTHON, JSON = "formula_all_rows.txt", "formula_all_rows.py", "formula_all_rows.json"


class OfAllRows:
    """A formula with constants of all rows. It has no scores of its own, because no rows are left to test it.

    With more rows other constants can be simple, so its complexity and number of constants may differ from the printed.

    Args:
        printed: the formula as it is displayed.
        network: the same formula with constants of all rows.
    """

    def __init__(self, printed: Export, network: Network) -> None:
        names, target = printed.config["inputs"], printed.config["target"]
        self._printed, self.network = printed, network
        self.text, self.latex = to_text(network, names, target), to_latex(network, names, target)
        searched = to_search_form(network, printed.problem)
        self.complexity, self.n_parameters = network.complexity, n_determined(
            searched, printed.problem.all_rows, fixed_constants(searched, printed.problem))

    @classmethod
    def of(cls, printed: Export) -> OfAllRows | None:
        """The formula of an export; None where its constants are those of all rows already."""
        network = formula_of_all_rows(printed.row, printed.snapshot, printed.problem)
        return None if network is None else cls(printed, network)

    def files(self) -> dict[str, str]:
        """The contents of the files, by name; `xnet predict` reads the JSON file."""
        printed = self._printed
        row = {key: value for key, value in printed.row.items() if key not in SCORES}
        row |= {"network": self.network.to_json(), "text": self.text, "latex": self.latex,
                "complexity": self.complexity, "n_parameters": self.n_parameters}
        own = Export(printed.run, printed.snapshot, row)
        return {TEXT: own.texts()["formula.txt"](), PYTHON: formula_python(self.network, printed.config),
                JSON: formula_json(row, printed.config, printed.snapshot, printed.ranges, own.constants,
                                   error=printed.typical_error)}

    def write(self, folder: Path) -> None:
        """Write the files into a folder that exists."""
        for name, content in self.files().items():
            write_text(folder / name, content)
