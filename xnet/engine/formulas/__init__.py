"""The formula as text: one printer a file, and the safe reader."""
