"""Measurements that print figures: how fast, how much memory, how many at once. Never assertions about time.

    python -m bench            everything, one table (about ten minutes)
    python -m bench --quick    shorter and rougher
    python -m bench.epochs     one of them

Each starts a server of its own on a free port with a home folder of its own. Figures are only worth something on a
machine that does nothing else; each table says what the load was before.
"""
