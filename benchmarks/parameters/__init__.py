"""X-Net's parameters against those of MLPs."""
