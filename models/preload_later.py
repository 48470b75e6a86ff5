"""What the warm process imports while the first worker waits: what takes long and not every lesson needs.

A lesson that is opened before it is there imports its part itself.
"""

import torch._dynamo  # a second that a run's first optimizer would take, and 125 MB of its own

import data.images
import models.attack_fit
import models.cartpole_course
import models.cartpole_ppo
import models.cnn_efficiency_race
import models.cnn_see_calls
import models.explain_calls
import models.explain_fit
import models.platformer_course
import models.transfer_fit
from models import box2d

if box2d.there():
    import models.lunar_lander_course
    import models.lunar_lander_ppo

    box2d.lander_class()

# The usual drawings take a second to draw, the digits 10 ms to read: every worker finds them.
data.images.drawn(data.images.USUAL, 0)
data.images.digits()
