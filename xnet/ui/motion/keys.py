"""The keys of the Motion page in Streamlit's session state."""

from __future__ import annotations

TIME = "motion_time"
STATES = "motion_states"
TRAJECTORY = "motion_trajectory"
INPUTS = "motion_inputs"
SECOND_ORDER = "motion_second_order"
SECONDS = "motion_seconds"
PROPOSED = "motion_proposed"
ERROR = "motion_error"
FRONT = "motion_front"
