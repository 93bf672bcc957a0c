"""How well the unknown parts of forms are found."""
