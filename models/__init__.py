"""The concepts in PyTorch: for each a `Config`, a `train` generator and the mechanism it teaches."""
