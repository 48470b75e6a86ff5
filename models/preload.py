"""What the warm process imports before it says that it is ready, so that every worker finds it there.

Importing is all: no tensor may be computed on several threads before the fork, for threads do not survive it.
"""

import pandas
import sklearn.datasets
import threadpoolctl
import torch

import data.csv_table
import data.images
import data.own_images
import data.tables
import data.toys
import models.activations_fit
import models.backpropagation_check
import models.backpropagation_fit
import models.cnn_fit
import models.fitting
import models.gradient_descent_range
import models.gradient_descent_training
import models.gridworld
import models.losses_fit
import models.mlp
import models.perceptron
import models.perceptron_rules

# One thread a run: runs share the cores, and small networks are slower on several.
torch.set_num_threads(1)
threadpoolctl.threadpool_limits(1)
