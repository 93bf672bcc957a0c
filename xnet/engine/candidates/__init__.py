"""The candidate library: small sub-networks by the ten thousand, and their matching to targets."""
