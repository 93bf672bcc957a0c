"""What the user asks for, before there is a run.

    run_options  options of a run with their limits, and the config that `config.json` holds
    run_problem  the search problem that a config and its table describe
    class_runs   runs that separate one class from the rest
    settings     the settings of the app and their limits, to and from a config
    prior        prior knowledge, to and from a config
    dry_run      the check of settings while they are chosen
    advice       sentences on activations, budgets and targets before a search
"""
