"""Files of X-Net that are not modules: the app's scripts and settings, the sample tables and the README.

In a checkout they lie beside the package. The wheel holds them inside it, in `xnet/_app` (D-107).
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

#: Folder of the installed package that holds the files; a checkout does not have it.
INSTALLED_FOLDER = "_app"


def resource(name: str) -> Path:
    """The path of a file or folder by its name in the root of the repository, such as `sample_data`.

    The path need not exist: a distribution of another kind may have left the file out.
    """
    package = Path(str(files("xnet")))
    inside = package / INSTALLED_FOLDER
    return (inside if inside.is_dir() else package.parent) / name
