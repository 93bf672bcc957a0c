"""The command `benchmarks.parameters`: X-Net's parameters compared with those of MLPs."""
