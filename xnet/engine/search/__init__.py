"""The loop: tasks, schedule, state, step."""
