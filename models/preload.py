"""What the warm process imports before it says that it is ready, so that every worker finds it there.

Importing is all: no tensor may be computed on several threads before the fork, for threads do not survive it.
"""

from collections.abc import Iterator

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


def later() -> Iterator[None]:
    """Goes on with what takes long and not every lesson needs, a part at a time. A lesson that is opened before its part is
    there imports it itself."""
    import torch._dynamo  # a second that a run's first optimizer would take, and 125 MB of its own

    yield
    import models.attack_fit
    import models.cnn_efficiency_race
    import models.transfer_fit

    yield
    import models.cnn_see_calls
    import models.explain_calls
    import models.explain_fit

    yield
    import models.cartpole_course
    import models.cartpole_ppo
    import models.platformer_course

    yield
    from models import box2d

    if box2d.there():
        import models.lunar_lander_course
        import models.lunar_lander_ppo

        box2d.lander_class()
        yield
    # The usual drawings take a second to draw, the digits 10 ms to read: every worker finds them.
    data.images.drawn(data.images.USUAL, 0)
    data.images.digits()
