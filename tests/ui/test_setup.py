"""The Setup page: what is chosen there reaches the run, comes back from it, and is checked by the server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from tests.ui.fake_run import play
from xnet import runs
from xnet.config.settings import USUAL_JOBS
from xnet.engine.networks.activations import GROUPS, resolve_activations
from xnet.runs import Run
from xnet.ui.session import state, table_choice

Open = Callable[..., AppTest]
Make = Callable[..., Run]
SETUP = "pages/setup.py"


def setup_of(app: Open, sample: str = "earth_satellites") -> AppTest:
    """The Setup page with a sample table chosen."""
    return app("pages/data.py", sample=sample).switch_page(SETUP).run()


def said(at: AppTest) -> str:
    """Everything on the page, without the marks that keep text of people from being markup."""
    return texts(at).replace("\\", "")


def pills(at: AppTest, group: str) -> list[str]:
    return list(at.session_state[state.group_pills_key(group)])


def test_ready_made_libraries_tick_the_groups(app: Open) -> None:
    at = app(SETUP)
    at.segmented_control(key=state.PRESET).set_value("Periodic").run()
    ticked = {g for g in GROUPS if at.checkbox(key=state.group_checkbox_key(g)).value}
    assert ticked == {"arithmetic", "powers", "waves"}
    at.checkbox(key=state.group_checkbox_key("growth")).check().run()
    assert pills(at, "growth") == ["exp", "log"]
    assert at.segmented_control(key=state.PRESET).value is None
    at.checkbox(key=state.group_checkbox_key("growth")).uncheck().run()
    assert pills(at, "growth") == []
    assert at.segmented_control(key=state.PRESET).value == "Periodic"
    assert not at.exception


def test_single_activations_can_be_taken_out_of_a_group(app: Open) -> None:
    at = setup_of(app)
    at.pills(key=state.group_pills_key("waves")).set_value(["cos"]).run()
    assert at.checkbox(key=state.group_checkbox_key("waves")).value
    assert at.segmented_control(key=state.PRESET).value is None
    at.pills(key=state.group_pills_key("saturation")).set_value([]).run()
    assert not at.checkbox(key=state.group_checkbox_key("saturation")).value
    at.button(key="discover").click().run()
    assert not at.exception
    expected = set(resolve_activations("default")) - {"sin", "tanh"}
    assert set(runs.list_runs()[0].config["activations"]) == expected


def test_settings_reach_the_run(app: Open) -> None:
    at = setup_of(app)
    at.segmented_control(key=state.PRESET).set_value("Polynomial").run()
    at.segmented_control(key=state.BUDGET).set_value("Quick").run()
    assert at.number_input(key=state.SECONDS).value == 10
    at.toggle(key=state.NO_PARAMETERS).set_value(True)
    at.slider(key=state.MAX_COMPLEXITY).set_value(12)
    at.slider(key=state.HOLDOUT).set_value(30)
    at.selectbox(key=state.LOSS).set_value("huber")
    at.number_input(key=state.SEED).set_value(7)
    at.number_input(key=state.LOWEST).set_value(0.0)
    at.number_input(key=state.MAX_PARAMETERS).set_value(2)
    at.multiselect(key=state.REQUIRED).set_value(["apogee_km"])
    at.multiselect(key=state.INCREASING).set_value(["perigee_km"])
    at.multiselect(key=state.NESTING).set_value(["waves:waves"])
    at.run()
    at.button(key="discover").click().run()
    assert not at.exception
    config = runs.list_runs()[0].config
    chosen = {k: config[k] for k in ("activations", "parameters", "seconds", "max_complexity", "seed", "loss", "prior",
                                     "holdout_fraction")}
    assert chosen == {
        "activations": "polynomial", "parameters": False, "seconds": 10, "max_complexity": 12, "seed": 7,
        "loss": "huber", "holdout_fraction": 0.3,
        "prior": {"required_inputs": ["apogee_km"], "forbidden_nesting": [["waves", "waves"]], "max_parameters": 2,
                  "monotonic": {"perigee_km": "increasing"}, "output_range": [0.0, None]}}


def test_a_custom_budget_is_no_preset(app: Open) -> None:
    at = app(SETUP)
    at.number_input(key=state.SECONDS).set_value(77).run()
    assert at.segmented_control(key=state.BUDGET).value is None
    at.number_input(key=state.SECONDS).set_value(180).run()
    assert at.segmented_control(key=state.BUDGET).value == "Thorough"


def test_searching_again_opens_setup_with_all_settings_of_the_run(app: Open) -> None:
    at = setup_of(app)
    at.segmented_control(key=state.PRESET).set_value("Polynomial").run()
    at.number_input(key=state.SECONDS).set_value(77)
    at.multiselect(key=state.DECREASING).set_value(["perigee_km"])
    at.text_input(key=state.INITIAL_FORMULA).set_value("a*perigee_km + b").run()
    at.button(key="discover").click().run()
    (run,) = runs.list_runs()
    play(run, state="finished", stop_reason="budget")

    fresh = app("pages/results.py", run=run.id)  # another session, which has never seen these settings
    fresh.button(key="again").click().run()
    fresh.switch_page(SETUP).run()
    fresh.button(key="discover").click().run()
    assert not fresh.exception
    (second,) = (other.config for other in runs.list_runs() if other != run)
    assert {key for key, value in run.config.items() if second[key] != value} - {"created"} == {"id"}


def test_defaults_come_back(app: Open) -> None:
    at = app(SETUP)
    at.segmented_control(key=state.PRESET).set_value("Everything").run()
    at.number_input(key=state.SECONDS).set_value(5)
    at.number_input(key=state.HIGHEST).set_value(3.0).run()
    at.button(key="reset_settings").click().run()
    assert not at.exception
    assert at.segmented_control(key=state.PRESET).value == "Standard"
    assert at.number_input(key=state.SECONDS).value == 30
    assert at.number_input(key=state.HIGHEST).value is None
    assert pills(at, "rare") == []


@pytest.mark.parametrize(("formula", "says"), [
    ("a*exp(", "cannot be read"), ("__import__('os').getpid()", "At character 1"),
    ("2*no_such_column", "known columns"), ("arctan(perigee_km)", "activation library lacks"),
])
def test_a_formula_that_cannot_be_used_is_refused_at_once(app: Open, formula: str, says: str) -> None:
    at = setup_of(app)
    at.text_input(key=state.INITIAL_FORMULA).set_value(formula).run()
    assert not at.exception
    assert len(at.error) == 2, "beside the formula, and beside the button that waits for it"
    assert all(says in error.value.replace("\\", "") for error in at.error)
    assert at.button(key="discover").disabled


def test_a_formula_to_start_from_is_shown_typeset(app: Open) -> None:
    at = setup_of(app)
    at.text_input(key=state.INITIAL_FORMULA).set_value("a*sqrt(perigee_km) + e").run()
    assert any("Euler" in info.value for info in at.info)
    at.text_input(key=state.INITIAL_FORMULA).set_value("a*sqrt(perigee_km) + b").run()
    assert not any("Euler" in info.value for info in at.info)
    assert not at.exception
    assert r"\sqrt{" in at.latex[0].value
    at.button(key="discover").click().run()
    assert runs.list_runs()[0].config["prior"] == {"initial_formula": "a*sqrt(perigee_km) + b"}


def test_a_library_that_cannot_join_columns_is_refused(app: Open) -> None:
    at = setup_of(app)
    at.checkbox(key=state.group_checkbox_key("arithmetic")).uncheck().run()
    assert not at.exception
    assert "no way to join two neurons" in at.error[0].value
    assert at.button(key="discover").disabled


def test_wishes_of_another_table_are_forgotten(app: Open) -> None:
    at = setup_of(app)
    at.multiselect(key=state.REQUIRED).set_value(["apogee_km"]).run()
    at.switch_page("pages/data.py").run()
    at.multiselect(key=state.INPUTS).set_value(["perigee_km"]).run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert at.multiselect(key=state.REQUIRED).value == []


def test_settings_from_a_browser_are_brought_into_their_limits() -> None:
    def script() -> None:
        import streamlit as st

        from xnet.ui.session import state

        st.session_state.update({state.SECONDS: 10**9, state.MAX_COMPLEXITY: -5, state.SEED: "nonsense",
                                 state.group_pills_key("waves"): ["sin", "os.system"]})
        chosen = state.settings()
        st.text(f"{chosen.seconds} {chosen.max_complexity} {chosen.seed} {chosen.activations}")

    assert AppTest.from_function(script).run().text[0].value == "14400 3 0 ('sin',)"


def test_without_a_table_the_settings_can_be_made(app: Open) -> None:
    at = app(SETUP)
    assert not at.exception
    assert "No table is open" in texts(at)
    assert at.button(key="discover").disabled


def test_setup_summarises_the_settings_in_one_line(app: Open) -> None:
    at = setup_of(app)
    processes = f"{USUAL_JOBS} processes, " if USUAL_JOBS > 1 else ""
    assert ("Current settings: 30 s, 23 activations, complexity up to 27 (few rows), 20 % of the rows held out, "
            f"{processes}seed 0.") in said(at)
    at.toggle(key=state.NO_PARAMETERS).set_value(True)
    at.selectbox(key=state.LOSS).set_value("huber")
    if USUAL_JOBS > 1:  # with one core there is nothing to choose
        at.number_input(key=state.N_JOBS).set_value(1)
    at.multiselect(key=state.REQUIRED).set_value(["apogee_km"])
    at.slider(key=state.HOLDOUT).set_value(0)
    at.segmented_control(key=state.BUDGET).set_value("Thorough").run()
    assert ("Current settings: 3 min, 23 activations, no fitted numbers, complexity up to 30, no rows held out, "
            "squared error, outliers limited, 1 constraint, seed 0.") in said(at)
    assert "held out, counts (Poisson), 1 constr" in said(at.selectbox(key=state.LOSS).set_value("poisson").run())


def test_cards_say_what_cannot_work_on_these_columns(app: Open) -> None:
    at = setup_of(app)
    assert "log has no value" not in said(at)
    table = b"temp,day,power\n" + b"".join(b"%d,%d,%d\n" % (i % 7 - 3, i, i * i % 11) for i in range(30))
    at.switch_page("pages/data.py").run()
    at.file_uploader[0].upload("cold.csv", table)
    at.run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert "log has no value at zero and below: temp" in said(at)
    at.checkbox(key=state.group_checkbox_key("growth")).uncheck().run()
    assert "log has no value" not in said(at)


def test_an_output_can_be_kept_from_being_negative(app: Open) -> None:
    at = setup_of(app)
    at.button(key="never_negative").click().run()
    assert not at.exception
    assert at.number_input(key=state.LOWEST).value == 0
    assert not [b for b in at.button if b.key == "never_negative"]


def test_few_whole_numbers_are_amounts_unless_somebody_says_that_they_are_classes(app: Open) -> None:
    at = app("pages/data.py")
    table = b"length,kind\n" + b"".join(b"%d,%d\n" % (i, i % 3) for i in range(30))
    at.file_uploader[0].upload("kinds.csv", table)
    at.run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert "kind has only 3 different values" in said(at)
    at.switch_page("pages/data.py").run()
    at.segmented_control(key=table_choice.as_class_key("kind")).set_value(True).run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert "kind has only 3 different values" not in said(at)
    assert "Explain all classes of **kind** (0, 1, 2) from length: 3 searches." in said(at)


def test_a_choice_that_cannot_be_searched_is_explained(app: Open) -> None:
    at = app("pages/data.py")
    at.file_uploader[0].upload("flat.csv", b"a,b,c\n" + b"".join(b"3,%d,3\n" % i for i in range(12)))
    at.run()
    at.selectbox(key=state.TARGET).set_value("a").run()
    at.switch_page(SETUP).run()
    assert not at.exception
    assert "choose a target that varies" in at.error[0].value
    assert at.button(key="discover").disabled


def test_constants_are_checked_while_they_are_typed_and_reach_the_run(app: Open) -> None:
    at = setup_of(app)
    at.text_area(key=state.CONSTANTS).set_value("q = 9.2\nk = 2[0:1]").run()
    assert "starts at 2, outside its bounds 0 to 1" in said(at)
    at.text_area(key=state.CONSTANTS).set_value("q = 9.2\nk = 0.3[0:1]").run()
    at.selectbox(key=state.PHYSICAL_CONSTANT).set_value("c").run()
    assert state.lines(at.session_state[state.CONSTANTS])[-1] == "c = 299792458"
    at.button(key="discover").click().run()
    assert not at.exception
    assert runs.list_runs()[0].config["prior"]["constants"] == ["q=9.2", "k=0.3[0:1]", "c=299792458"]


def test_units_can_steer_where_an_input_has_one(app: Open) -> None:
    at = setup_of(app)
    rule = at.selectbox(key=state.UNIT_CONSTANTS)
    assert not rule.disabled
    assert (rule.value, rule.placeholder) == (None, "are only reported")
    assert rule.options[0] == "must fit; no number has a unit"
    rule.set_value(1).run()
    at.button(key="discover").click().run()
    assert not at.exception
    kept = runs.list_runs()[0].config["prior"]["units"]
    assert kept["constants"] == 1
    assert kept["inputs"]


def test_a_function_of_your_own_is_shown_refused_and_reaches_the_run(app: Open) -> None:
    at = setup_of(app)
    at.text_area(key=state.OWN_FUNCTIONS).set_value("hill(x, y) = x/(x + k)").run()
    assert "names 'k', which is no argument" in said(at)
    assert at.button(key="discover").disabled
    at.text_area(key=state.OWN_FUNCTIONS).set_value("hill(x, y) = x/(x + y)\nbell").run()
    assert "cannot be read" in said(at)
    at.text_area(key=state.OWN_FUNCTIONS).set_value("hill( x,y )=x/(x + y)").run()
    assert not at.button(key="discover").disabled
    at.button(key="discover").click().run()

    assert not at.exception
    assert runs.list_runs()[0].config["activations"] == ["default", "hill(x, y) = x/(x + y)"]
