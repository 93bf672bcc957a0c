"""The search of a form with unknown parts for groups of rows: `start` and `advance` for any problem.

Island 0 holds whole formulas of all groups. The others belong to searches of the form, each with its own islands as in
`hole_search`:

* one of all rows together, in which every letter has a value in every group (`letters_of_groups`), where there are
  letters; it finds holes that all groups share;
* one for each of a few groups alone; they find holes whose constants differ from group to group.

The searches take steps in turns. Every few steps their new parts are fitted in all groups, and constants are shared by
evidence (`grouped_joining`). A problem without a template or without groups is searched by `hole_search`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from xnet.arrays import Array
from xnet.engine.algebra.conversion import to_expression
from xnet.engine.algebra.shapes import shape
from xnet.engine.formulas.letters_of_groups import with_letters_of_groups
from xnet.engine.front.entry import FrontEntry
from xnet.engine.front.front import insert
from xnet.engine.front.group_support import group_rows
from xnet.engine.front.structure_price import price_of_parts
from xnet.engine.networks.parts import Parts
from xnet.engine.problem.problem import Problem
from xnet.engine.search.events import Event
from xnet.engine.search.group_forms import one_group, searched_groups
from xnet.engine.search.group_search import after_trials, ended, has_groups
from xnet.engine.search.rescoring import rescored_island
from xnet.engine.search.state import Budget, Island, SearchState, combined_state
from xnet.engine.search.stepping import advanced
from xnet.errors import DataError

from . import hole_search
from .completion import completed
from .first_guess import first_guess
from .form_fitting import FormFit, fit_form
from .grouped_joining import Proposal, joined_entries

#: Every so many steps new parts are fitted in all groups, and how many of every search.
_JOIN_EVERY, _NEW_PARTS = 6, 2
#: Groups that are searched alone.
_SEARCHED = 3
#: The largest groups that are searched together; more letters would make every fit slow.
_TOGETHER = 12


def start(problem: Problem) -> SearchState:
    """The state before the first step.

    Raises:
        DataError: as `hole_search.start`.
    """
    form = problem.template
    if form is None or not has_groups(problem):
        return hole_search.start(problem)
    with np.errstate(all="ignore"):
        begun = {key: found for key in _searches_of(problem) if (found := _started(problem, key)) is not None}
        constants = first_guess(form, problem.search, problem.seed, constant=True)
        if constants is None or not begun:
            raise DataError(f"The template {form.text!r} has no finite value on all rows, whatever its unknown parts "
                            "are; check the domains of its logarithms, roots and quotients.")
        entries = joined_entries(Proposal(constants.parts, None, ""), problem)
        if not entries:
            raise DataError(f"The template {form.text!r} has no finite value in every group, whatever its unknown "
                            "parts are; check the domains of its logarithms, roots and quotients.")
    return combined_state((Island(0, (entries[0],), entries[0]), *_flat(begun)), 0.0)


def advance(state: SearchState, problem: Problem, budget: Budget,
            interrupt: Callable[[], bool] | None = None) -> tuple[SearchState, list[Event]]:
    """Search until the budget is spent or the search ends itself; see `search.advance`."""
    if problem.template is None or not has_groups(problem):
        return hole_search.advance(state, problem, budget, interrupt)
    return advanced(state, lambda before: _step(before, problem), budget, interrupt)


def _searches_of(problem: Problem) -> list[int]:
    """The searches: groups by their numbers, and their count for all groups together."""
    assert problem.template is not None
    assert problem.groups is not None
    together = [len(problem.groups.labels)] if problem.template.letters else []
    return [*together, *searched_groups(problem)[:_SEARCHED]]


def _table_of(problem: Problem, key: int) -> Problem:
    """The problem of a search: the rows of one group, or all rows with letters for every group."""
    assert problem.groups is not None
    found: Problem = problem.cached(("form of", key), lambda: _together(problem) if key == len(problem.groups.labels)
                                    else replace(one_group(problem, key), template=problem.template, _cache={}))
    return found


def _together(problem: Problem) -> Problem:
    """The rows of the largest groups, their indicators behind the inputs."""
    assert problem.template is not None
    rows, groups = group_rows(problem, train=True), _groups_together(problem)
    chosen = np.flatnonzero(np.isin(rows.codes, groups))
    table, codes = rows.rows.sample(chosen), rows.codes[chosen]
    indicators = (codes == groups[:, None]).astype(float)
    made = Problem.from_arrays(
        np.vstack([table.columns, indicators]).T, table.y, names=(*problem.names, *(f"group {g}" for g in groups)),
        target_name=problem.target_name, activations=problem.activations, max_complexity=problem.max_complexity,
        holdout_fraction=0.0, sample_weight=table.weight, seed=problem.seed, loss=table.loss_function.name,
        device=problem.device, constraints=replace(problem.constraints, required=()), constants=problem.constants)
    return replace(made, template=with_letters_of_groups(problem.template, len(groups)), _cache={})


def _groups_together(problem: Problem) -> Array:
    """The numbers of the groups that are searched together: the largest ones, ascending."""
    sizes = group_rows(problem, train=True).sizes
    found: Array = np.sort(np.argsort(-sizes, kind="stable")[:_TOGETHER])
    return found


def _started(problem: Problem, key: int) -> list[Island] | None:
    """The islands of a search before its first step; None where its form has no finite value."""
    table = _table_of(problem, key)
    assert table.template is not None
    constants = first_guess(table.template, table.search, problem.seed, constant=True)
    guess = first_guess(table.template, table.search, problem.seed)
    if table.template.letters != problem.template.letters:  # type: ignore[union-attr]
        guess = _better_of(guess, _equal_letters(problem, table))
    if constants is None or guess is None:
        return None
    return list(hole_search.started(table, constants, guess).islands)


def _equal_letters(problem: Problem, table: Problem) -> FormFit | None:
    """The first guess with letters that begin equal in all groups, which may differ little."""
    form = problem.template
    assert form is not None
    assert table.template is not None
    found = first_guess(form, replace(table.search, columns=table.search.columns[:form.n_inputs]), problem.seed)
    if found is None:
        return None
    n = len(table.template.letters) // max(len(form.letters), 1)
    letters = tuple(value for value in found.parts.letters for _ in range(n))
    return fit_form(table.template, Parts(found.parts.holes, letters), table.search, 40)


def _better_of(first: FormFit | None, second: FormFit | None) -> FormFit | None:
    return min((fit for fit in (first, second) if fit is not None), key=lambda fit: fit.loss, default=None)


def _flat(searches: dict[int, list[Island]]) -> Iterator[Island]:
    """The islands of all searches, which name the search that they belong to."""
    for key, islands in searches.items():
        yield from (replace(island, group=key) for island in islands)


def _step(state: SearchState, problem: Problem) -> tuple[SearchState, list[Event]]:
    whole, *islands = state.islands
    searches: dict[int, list[Island]] = {}
    for island in islands:
        searches.setdefault(island.group, []).append(replace(island, group=-1))
    key = _turn(whole.step, searches)
    events: list[Event] = []
    with np.errstate(all="ignore"):
        if key is None or whole.step % _JOIN_EVERY == _JOIN_EVERY - 1:
            whole, events = _joined(whole, searches, problem)
        else:
            table, (first, *rest) = _table_of(problem, key), searches[key]
            before = combined_state((rescored_island(first, table), *rest), 0.0)
            searches[key] = list(hole_search.hole_step(before, table)[0].islands)
            whole = replace(whole, current=whole.best)
    return combined_state((replace(whole, step=whole.step + 1), *_flat(searches)), state.seconds), events


def _turn(step: int, searches: dict[int, list[Island]]) -> int | None:
    """The search whose turn it is; None where all have ended.

    A search begins when the one before it has visited all holes, and so has shown formulas.
    """
    going = [key for key, islands in searches.items() if islands[0].stop_reason is None]
    begun = next((k for k, key in enumerate(going) if searches[key][0].visits < len(searches[key]) - 1), len(going))
    going = going[:begun + 1]
    return going[(step - step // _JOIN_EVERY) % len(going)] if going else None


def _joined(whole: Island, searches: dict[int, list[Island]], problem: Problem) -> tuple[Island, list[Event]]:
    """Island 0 after new parts of all searches were fitted in all groups."""
    chosen = {p.name: p for key, islands in searches.items()
              for p in _proposals(key, islands, whole.fitted_shapes, problem)}
    front, entries = whole.front, []
    for proposal in chosen.values():
        for entry in joined_entries(proposal, problem):
            entries.append(entry)
            front = insert(front, entry)
    island = replace(whole, front=front, fitted_shapes=whole.fitted_shapes | chosen.keys())
    island, events = after_trials(island, whole, entries)
    return ended(island, [islands[0] for islands in searches.values()], problem, new=bool(chosen)), events


def _proposals(key: int, islands: list[Island], known: frozenset[str], problem: Problem) -> list[Proposal]:
    """Parts on the front of a search that are new: its suggestion first, then the shortest descriptions."""
    n, front = 0.5 * len(problem.train.y), islands[0].front
    ordered = sorted(front, key=lambda e: n * float(np.log(max(e.loss, 1e-22))) + _price(e, problem))
    found = {p.name: p for entry in (islands[0].best, *ordered) if entry.parts is not None
             if (p := _proposal(key, entry.parts, problem)).name not in known}
    return list(found.values())[:_NEW_PARTS]


def _price(entry: FrontEntry, problem: Problem) -> float:
    """Nats of the structure of the holes and of their constants."""
    parts = entry.parts
    assert parts is not None
    return price_of_parts(parts, len(problem.activations)) + 0.5 * parts.n_constants * float(
        np.log(len(problem.train.y)))


def _proposal(key: int, parts: Parts, problem: Problem) -> Proposal:
    assert problem.groups is not None
    form, G = problem.template, len(problem.groups.labels)
    assert form is not None
    name = f"{'together' if key == G else 'alone'} " + "|".join(shape(to_expression(hole)) for hole in parts.holes)
    if key != G:
        return Proposal(completed(parts, problem), None, name)
    searched = _groups_together(problem)
    known = np.reshape(np.array(parts.letters), (len(form.letters), len(searched)))
    letters = np.repeat(np.median(known, axis=1)[:, None], G, axis=1)
    letters[:, searched] = known
    parts = completed(Parts(parts.holes, tuple(map(float, known[:, 0]))), problem)
    return Proposal(parts, letters, name)
