"""Files as people have them, read into columns of numbers. It knows no engine."""
