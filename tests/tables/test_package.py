"""The public names of the package."""

import pytest


def test_the_package_offers_its_public_names():
    import xnet.tables

    assert all(getattr(xnet.tables, name).__module__.startswith("xnet.tables.") for name in xnet.tables.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = xnet.tables.nonsense
