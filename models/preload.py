"""What the warm process imports once, so that every worker finds it there.

Importing is all: no tensor may be computed on several threads before the fork, for threads do not survive it.
"""

import pandas
import sklearn.datasets
import torch

import data.csv_table
import data.tables
import data.toys
import models.fitting
import models.mlp

# One thread a run: runs share the cores, and small networks are slower on several.
torch.set_num_threads(1)
