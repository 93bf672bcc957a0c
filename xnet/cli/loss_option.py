"""The option `--loss` of `discover` and `sweep`."""

from __future__ import annotations

import argparse

from .table_options import data_options


def add_loss_option(parser: argparse.ArgumentParser) -> None:
    """Add the option to the parser of a command."""
    parser.add_argument("--loss", default="squared_error", metavar="NAME",
                        help="what an error costs: squared_error, huber (tables with outliers), absolute, "
                             "quantile:0.9, relative (noise below 10 %%), log (a positive target, any noise), "
                             "poisson (default: %(default)s)")


def chosen_loss(options: argparse.Namespace) -> str:
    """The loss of a run: with `--error` that of known standard errors.

    Raises:
        DataError: there is no loss of that name.
        TableError: an option of the table cannot be used.
    """
    from xnet.config.losses import loss_with_weights
    from xnet.engine.fitting.loss_names import check_loss_name
    from xnet.tables.weights import Weight

    check_loss_name(options.loss)
    return loss_with_weights(options.loss, Weight.from_config(data_options(options)["weight"]))
