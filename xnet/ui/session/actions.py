"""Actions of buttons: use a sample, start a search, add time to it, start another search from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from xnet import runs
from xnet.config.class_runs import is_class
from xnet.config.run_options import RunOptions, table_options
from xnet.config.run_problem import further_columns
from xnet.config.settings import Settings
from xnet.errors import XNetError
from xnet.runs import Run, RunError
from xnet.runs.housekeeping import check_room
from xnet.runs.series import new_series
from xnet.runs.store import FILE_COLUMNS
from xnet.tables import samples
from xnet.tables.change_application import apply_changes
from xnet.tables.changes import ExcludeRows, changes_from_json
from xnet.tables.column_recipes import ColumnRecipe, recipes_from_config
from xnet.tables.row_names import LINE, RowNames
from xnet.tables.table import Table
from xnet.ui.page_list import DISCOVER, SETUP
from xnet.ui.text import escaped

from . import navigation, state, table_changes, table_choice
from .callbacks import reported
from .current_run import is_private_server, session_name
from .series_choice import SeriesChoice, restore_all_classes, series_choice

#: The sample table of "Try an example", and the time budget of its search.
EXAMPLE, EXAMPLE_SECONDS = "planet_moons", 30

#: An interrupted search with less time left than this, in seconds, gets another minute.
LITTLE_S = 5.0


@st.cache_data(show_spinner=False, max_entries=1)
def available_samples() -> tuple[samples.Sample, ...]:
    """The sample tables, in the order of the gallery."""
    return samples.list_samples()


def use_sample(name: str) -> None:
    """Make a sample table the session's table (a widget's callback)."""
    state.set_table(samples.load_sample(name), sample=name)


def try_example() -> None:
    """Load the example, start a short search with the default settings, and switch to Discover."""
    use_sample(EXAMPLE)
    start_search(Settings(seconds=EXAMPLE_SECONDS))


@reported
def add_time(run: Run, seconds: float) -> None:
    """Add time to a search; restart its worker if it has ended or was interrupted (a button's callback)."""
    check_room(is_private_server(), float(run.config["seconds"]) + seconds)
    run.add_time(seconds)
    if not run.is_alive():
        runs.launch(run, session_name())
        st.session_state[state.JUST_STARTED] = run.id


@reported
def resume_interrupted(run: Run) -> None:
    """Continue an interrupted search, with the time it had left or one more minute (a button's callback)."""
    snapshot = run.snapshot()
    left = float(run.config["seconds"]) - (float(snapshot["seconds"]) if snapshot else 0.0)
    add_time(run, 0.0 if left > LITTLE_S else 60.0)


@reported
def search_without(run: Run, number: int) -> None:
    """Search again without a row, warm-started from the formulas of the run (a button's callback).

    If the session's table is the one of the run, the row is excluded there too, where it can be undone.
    """
    snapshot = run.snapshot()
    check_room(is_private_server(), float(run.config["seconds"]))
    table = table_of_run(run)
    without = apply_changes(table, [ExcludeRows(table.row_names.word, (number,))])
    options = runs.options_from_config(run.config)
    options.update(table_options(without))
    options["warm_start"] = [row["network"] for row in snapshot["front"]] if snapshot else ()
    again = runs.create_run(without.frame, target=run.config["target"], inputs=run.config["inputs"],
                            source=run.config["source"], **options)
    runs.launch(again, session_name())
    if is_table_of(run, state.table()):
        table_changes.exclude(table.row_names.word, number)
        table_changes.problem()  # the row may be excluded there already
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = again.id
    navigation.go(DISCOVER.path, run=again.id)


def table_of_run(run: Run) -> Table:
    """The rows and columns that a run used, as a table."""
    config = run.config
    frame, derived = _with_group_names(run)
    frame = _with_classes(run, frame)
    names = RowNames.from_config(config, len(frame))
    frame.attrs[FILE_COLUMNS] = config.get("columns")
    numbers = tuple(names.numbers.tolist())
    return Table(frame=frame, name=config["source"], units=config["units"], derived=derived,
                 changes=changes_from_json(config.get("changes")), lines=numbers if names.word == LINE else (),
                 numbers=() if names.word == LINE else numbers)


def _with_group_names(run: Run) -> tuple[pd.DataFrame, dict[str, ColumnRecipe]]:
    """The rows of a run with the names of their groups instead of numbers, and the recipes of the other columns."""
    config, frame, recipes = run.config, run.table(), recipes_from_config(run.config)
    number = (config.get("group") or {}).get("column")
    if number not in frame.columns or number not in recipes:
        return frame, recipes
    recipe = recipes.pop(number)
    names = dict(enumerate(recipe.labels))
    labels = [names.get(int(code), "") for code in frame[number]]
    attrs, frame = frame.attrs, frame.drop(columns=number).assign(**{recipe.column: labels})
    frame.attrs = attrs
    return frame, recipes


def _with_classes(run: Run, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with the column that holds the classes, so that all of them can be searched; as they are without it."""
    made = table_choice.class_recipe(run.config)
    others = run.other_columns() if made is not None and made.column not in frame.columns else None
    if made is None or others is None or made.column not in others.columns:
        return frame
    cells = others[made.column]
    numbers = pd.to_numeric(cells, errors="coerce")
    found = frame.assign(**{made.column: cells if numbers.isna().any() else numbers})
    found.attrs = frame.attrs
    return found


def is_table_of(run: Run, table: Table | None) -> bool:
    """Whether a table has the name of the run's table and all columns that the run used."""
    config = run.config
    return table is not None and config["source"] in (
        table.name, table.title, table.display_name(config["target"])) and _needed_columns(config) <= set(
            table.frame.columns)


def _needed_columns(config: Mapping[str, Any]) -> set[str]:
    made = table_choice.class_recipe(config)
    recipes, number = recipes_from_config(config), (config.get("group") or {}).get("column")
    inputs = {recipes[c].column if c == number and c in recipes else c for c in config["inputs"]}
    return {*inputs, config["target"] if made is None else made.column, *further_columns(config)}


@reported
def repeat_step_by_step(run: Run) -> None:
    """Start the same search again at the pace "step by step" (a button's callback)."""
    config = run.config
    check_room(is_private_server(), float(config["seconds"]))
    repeat = runs.create_run(run.table(), target=config["target"], inputs=config["inputs"], source=config["source"],
                             **runs.options_from_config(config))
    repeat.command("step_by_step")  # sent before the start, so that the first step waits too
    runs.launch(repeat, session_name())
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = repeat.id
    st.session_state[state.PENDING_PACE] = (repeat.id, "step_by_step")
    navigation.go(DISCOVER.path, run=repeat.id)


def change_settings(run: Run) -> None:
    """Open Setup with the run's settings; the next search is warm-started from this run (a button's callback)."""
    st.session_state[state.WARM_START_RUN], st.session_state[state.WARM_START] = run.id, True
    search_again(run)


def warm_start_source() -> tuple[Run, list[dict[str, Any]]] | None:
    """The run that the next search can be warm-started from, with its networks; None if target or inputs differ."""
    try:
        run = runs.open_run(st.session_state.get(state.WARM_START_RUN) or "")
        config, snapshot = run.config, run.snapshot()
    except RunError:
        return None
    table = state.table()
    chosen = None if table is None else table_choice.search_table(table)[1], list(table_choice.roles().inputs)
    same = (config["target"], config["inputs"]) == chosen and is_class(config) == (
        table is not None and table_choice.reads_as_class(table))
    return (run, [row["network"] for row in snapshot["front"]]) if same and snapshot else None


@reported
def search_again(run: Run) -> None:
    """Load the table, target, inputs and settings of a run into the session, and open Setup (a button's callback).

    If the session has another table or none (after a reload), the table is read from the run's folder, which holds
    the columns that the run used.
    """
    config = run.config
    if is_table_of(run, state.table()):
        table_changes.restore(config, _needed_columns(config))
    else:
        state.set_table(table_of_run(run))
    table_choice.restore_choice(config)
    restore_all_classes(config)
    state.restore_settings(config)
    navigation.go(SETUP.path)


def prepared_rows() -> pd.DataFrame | None:
    """The rows that a search with the session's choices would use: inputs, then target; None without target or inputs.

    Raises:
        TableError: no search is possible with these choices.
    """
    table, chosen = state.table(), table_choice.roles()
    if table is None or not chosen.target or not chosen.inputs:
        return None
    cached = st.session_state.get(state.PREPARED_ROWS)  # selecting rows of a large table takes too long for every click
    if cached is None or cached[0] is not table or cached[1] != table_choice.cache_key():
        cached = (table, table_choice.cache_key(), table_choice.rows(table))
        st.session_state[state.PREPARED_ROWS] = cached
    rows: pd.DataFrame = cached[2]
    return rows


def start_search(chosen: Settings | None = None) -> None:
    """Start a search on the session's table, with `chosen` or the session's settings, and switch to Discover.

    If the search cannot start, the page shows the reason.
    """
    table = state.table()
    if table is None:
        st.error("No table is chosen yet. Choose a sample table or upload your own on the Data page.")
        return
    inputs, source = list(table_choice.roles().inputs), table.display_name(table_choice.roles().target)
    try:
        together = series_choice(table)
        table, target = table_choice.search_table(table)
        options = (chosen or state.settings()).to_options(inputs)
        table_choice.add_table_options(options, table)
        if together is None:
            table, inputs = table_choice.with_groups(table, inputs, options)
        source_run = warm_start_source() if st.session_state.get(state.WARM_START) else None
        if source_run is not None:
            options["warm_start"] = source_run[1]
        check_room(is_private_server(), float(options.get("seconds", 0.0)))
        if together is None:
            run = runs.create_run(table.frame, target=target, inputs=inputs, source=source, **options)
            runs.launch(run, session_name())
        else:
            run = _start_series(together, inputs, source, options)
    except XNetError as error:
        st.error(escaped(error), icon=":material/error:")
        return
    st.session_state[state.WARM_START_RUN] = None
    if source_run is not None and source_run[0].is_alive():
        source_run[0].command("stop")  # it is paused; its formulas stay in the Library
    st.session_state[state.RUN_ID] = st.session_state[state.JUST_STARTED] = run.id
    st.session_state.pop(state.SHARED_RUN, None)
    st.switch_page(DISCOVER.path, query_params={"run": run.id})


def _start_series(together: SeriesChoice, inputs: list[str], source: str, options: RunOptions) -> Run:
    """Start a search for each part, and return the first. Classes share the budget; each column has all of it.

    Raises:
        XNetError: a search cannot start; none of them is kept then.
    """
    entries = new_series(together.kind, together.column, [part.label for part in together.parts])
    if together.kind == "classes":
        options["seconds"] = max(1.0, float(options["seconds"]) / len(entries))
    made: list[Run] = []
    try:
        for entry, part in zip(entries, together.parts, strict=True):
            of_part = {**options, **table_options(part.table), "series": dict(entry), "warm_start": ()}
            made.append(runs.create_run(part.table.frame, target=part.target, inputs=inputs, source=source,
                                        **of_part))  # type: ignore[arg-type]
        for run in made:  # together they count as one search of the session
            runs.launch(run, session_name(), counts=run is made[0])
    except XNetError:
        for run in made:
            run.command("stop")
            runs.delete_run(run)
        raise
    return made[0]
