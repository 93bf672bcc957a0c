"""The command line: `python -m xnet COMMAND`.

    main              the parser and the commands `discover` and `samples`
    app               the server of the app
    discover          from a table to a formula
    discover_classes  the same for a target of several classes
    sweep             many targets, tables and seeds at once
    permutation       the permutation check of `discover`
    predict           a formula on a table of new rows
    bundles           `export`, `bundle` and `replay`
    table_options, prior_options   groups of options of `discover`
    output            progress and results as text or JSON
    exit_codes        the exit codes

The modules import the rest of X-Net inside their functions, so that `python -m xnet --help` is fast.
"""
