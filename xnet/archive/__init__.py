"""A run as one file.

    bundle     create and read the zip file of a run
    restore    open a bundle as a run of this workspace
    reproduce  repeat the search of a bundle and compare the results
"""
