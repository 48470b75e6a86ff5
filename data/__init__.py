"""Data sets a lesson can train on: generated points, embedded tables and the learner's own CSV file."""
