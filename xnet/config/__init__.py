"""What a person asks for, before there is a run."""
