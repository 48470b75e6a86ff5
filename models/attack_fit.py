"""The moving parts behind the lesson on attacks: the network on pixels, one update, one look, the pictures of a frame.

Shapes: N pictures, C channels, H × W pixels from 0 to 1, K classes, E values of ε.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from data.images import Images, split
from models import attacks, diagnosis
from models.attack_curves import BLOCK, Sweep, swept
from models.attack_settings import EPSILONS, TOLD, Config, network_settings
from models.augmentation import augmented
from models.cnn import load
from models.cnn_fit import displayed, pick_device
from models.cnn_trained import restored
from models.convnet import built
from models.step import Note, Step

MAX_ATTACKED = 2000  # test pictures of the last look
N_PGD, N_TARGETED = 300, 200  # of these under PGD, which takes a hundred times as long as FGSM
QUICK, QUICK_PGD = 200, 50  # of a look in between: the curves move while it trains
N_TOLD = 48  # test pictures to choose from
ORDINARY, ADVERSARIAL = "ordinary", "adversarial"

OVERFITTED = Note(
    "catastrophic_overfitting",
    "It has learned to trick FGSM, not to withstand attacks",
    "Under FGSM accuracy is high, under PGD of the same size it is low: the network has bent its loss right around each "
    "picture, so that a single step points the wrong way (catastrophic overfitting, Wong et al. 2020).",
    "Rewind with more attack steps while training, a smaller ε while training, or a smaller learning rate.",
)
FOOLED = 0.45  # of accuracy between FGSM and PGD that means it


class Fit:
    """One network, new or the learner's own, its data, and its pictures."""

    def __init__(self, config: Config) -> None:
        """Raises DataError or ValueError, one sentence, for data, weights or settings that cannot be used."""
        torch.set_num_threads(
            1
        )  # small products are slower on several, and sums must not depend on the machine
        self.config, self.settings = config, network_settings(config)
        torch.manual_seed(config.seed)  # a network with dropout draws from the process's own generator
        self.device = pick_device(config.device)
        self.own = bool(config.weights)
        if self.own:
            trained = restored(_mapping(self.settings), config.weights)
            self.images, self.split, self.network = trained.images, trained.split, trained.network
        else:
            self.images = load(self.settings)
            self.split = split(self.images, config.test_fraction, config.seed)
            self.network = built(self.settings, self.images.shape, len(self.images.class_names), config.seed)
        self.network.to(self.device)
        self._mean, self._std = (
            torch.from_numpy(values[:, None, None]).to(self.device)
            for values in (self.split.mean, self.split.std)
        )
        self.x, self.y = self._pixels(self.split.train)
        self.x_test, self.y_test = self._pixels(
            self.split.test.of(np.arange(min(len(self.split.test.labels), MAX_ATTACKED)))
        )
        self.n_train, self.n_classes = len(self.y), len(self.images.class_names)
        self.n_batches = max(1, self.n_train // config.batch_size)
        self.n_updates, self.epoch, self.progress, self.over = 0, 0.0, 0.0, False
        self.phase, self._warned = ORDINARY, False
        self.sweep = self._new_sweep()
        self._optimizer = torch.optim.Adam(self.network.parameters(), config.learning_rate)

    def _pixels(self, part: Images) -> tuple[Tensor, Tensor]:
        x = torch.from_numpy(part.pixels.astype(np.float32) / 255)
        return x.to(self.device), torch.from_numpy(part.labels).to(self.device)

    def answers(self, x: Tensor) -> Tensor:
        """Logits (N, K) for pixels (N, C, H, W) from 0 to 1: the network is fed standardised pictures."""
        logits: Tensor = self.network((x - self._mean) / self._std)
        return logits

    # Training.

    def begin(self, phase: str) -> None:
        """A new half of the run: the optimizer starts afresh."""
        self.phase, self.progress = phase, 0.0
        self._optimizer = torch.optim.Adam(self.network.parameters(), self.config.learning_rate)

    def batches(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """The training pictures in the order of this epoch, shifted a little, in the second half attacked, in batches."""
        config = self.config
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + epoch)
        order = torch.randperm(self.n_train, generator=generator).to(self.device)
        for rows in order.tensor_split(self.n_batches):
            x, y = augmented(self.x[rows], ("shift",), generator), self.y[rows]
            if self.phase == ADVERSARIAL:
                self.network.eval()  # attacked as it answers, not as it trains
                x = attacks.pgd(self.answers, x, y, config.train_epsilon, config.inner_steps, generator)
            yield x, y

    def update(self, x: Tensor, y: Tensor) -> float:
        """One step of Adam on x (n, C, H, W), y (n,); returns the mean cross-entropy before it, in nats."""
        rate = self.config.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, self.progress)))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        loss = functional.cross_entropy(self.answers(x), y)
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        self.n_updates += 1
        return loss.item()

    # Looking.

    def _new_sweep(self) -> Sweep:
        config = self.config
        return Sweep(self.answers, EPSILONS, config.steps, config.target, config.seed)

    def look(self, *, full: bool) -> dict[str, float]:
        """Accuracy under each attack: on all test pictures, or on some of them while it trains."""
        self.network.eval()
        n, n_pgd, n_targeted = (MAX_ATTACKED, N_PGD, N_TARGETED) if full else (QUICK, QUICK_PGD, 0)
        self.sweep = swept(self._new_sweep(), self.x_test[:n], self.y_test[:n], n_pgd, n_targeted, TOLD)
        return self.sweep.metrics(TOLD)

    @property
    def n_blocks(self) -> int:
        """Blocks of test pictures to attack one after another, where nothing is trained."""
        return math.ceil(len(self.y_test) / BLOCK)

    def attack_block(self, number: int) -> dict[str, float]:
        """Attack one more block of test pictures; the accuracies over all blocks so far."""
        self.network.eval()
        if number == 0:
            self.sweep = self._new_sweep()
        begin = number * BLOCK
        block = slice(begin, begin + BLOCK)
        targeted = TOLD if begin < N_TARGETED else ()
        self.sweep.take(
            self.x_test[block], self.y_test[block], number, pgd_too=begin < N_PGD, targeted=targeted
        )
        self.n_updates += 1
        return self.sweep.metrics(TOLD)

    def note(self, metrics: dict[str, float]) -> Note | None:
        """A trouble to explain, if one shows; a loss that is not finite ends the run."""
        if not math.isfinite(metrics.get("loss/batch", 0.0)):
            self.over = True
            return diagnosis.divergence(self.config.learning_rate)
        if self.phase == ADVERSARIAL and not self._warned and "accuracy/pgd_0.1" in metrics:
            nearest = min(TOLD, key=lambda epsilon: abs(epsilon - self.config.train_epsilon))
            apart = metrics[f"accuracy/fgsm_{nearest:g}"] - metrics[f"accuracy/pgd_{nearest:g}"]
            if self.config.train_epsilon <= TOLD[-1] and apart > FOOLED:
                self._warned = True
                return OVERFITTED
        return None

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_updates, epoch, metrics, self.observe, parameters=self.parameters)

    def parameters(self) -> dict[str, NDArray[Any]]:
        """Every number that the network answers by, named as torch names them."""
        return {name: values.cpu().numpy().copy() for name, values in self.network.state_dict().items()}

    # Pictures.

    def attacked(self, x: Tensor, y: Tensor) -> Tensor:
        """The pictures x under the attack that the learner has chosen, always with the same random numbers."""
        config, generator = self.config, torch.Generator().manual_seed(self.config.seed)
        wanted = attacks.other_classes(y, config.target, self.n_classes)
        match config.attack:
            case "fgsm":
                return attacks.fgsm(self.answers, x, y, config.epsilon)
            case "pgd":
                return attacks.pgd(self.answers, x, y, config.epsilon, config.steps, generator)
            case "fgsm_targeted":
                return attacks.fgsm_targeted(self.answers, x, wanted, config.epsilon)
            case "pgd_targeted":
                return attacks.pgd(
                    self.answers, x, wanted, config.epsilon, config.steps, generator, targeted=True
                )
            case "gaussian":
                return attacks.gaussian(x, config.epsilon, attacks.normal(x, generator))
        places, colours = (attacks.drawn(x[:, :1], generator) for _ in range(2))
        return attacks.salt_and_pepper(x, config.epsilon, places, colours.round())

    @torch.no_grad()
    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: curves, the chosen picture with its change, answers, and the told pictures' answers."""
        self.network.eval()
        told = self.attacked(self.x_test[:N_TOLD], self.y_test[:N_TOLD])
        logits = self.answers(told)
        at = self.chosen
        x, changed = self.x_test[at : at + 1], told[at : at + 1]
        clean = self.answers(x)
        arrays: dict[str, NDArray[Any]] = {
            "predictions/test": logits.argmax(1).to(torch.uint8).cpu().numpy(),
            "trio": trio(x, changed),
            "answer/clean": torch.nan_to_num(clean[0].softmax(0)).cpu().numpy(),
            "answer/attacked": torch.nan_to_num(logits[at].softmax(0)).cpu().numpy(),
        }
        for kind in ("fgsm", "pgd", "gaussian", "salt_pepper"):
            arrays[f"curve/{kind}"] = self.sweep.curve(kind).numpy().astype(np.float32)
        return arrays

    @property
    def chosen(self) -> int:
        """The position of the shown picture among the test pictures that were told."""
        return self.config.picture % min(N_TOLD, len(self.y_test))

    def change(self, config: Config) -> dict[str, object]:
        """Take over the live settings."""
        self.config = config
        return self._chosen_facts()

    def _chosen_facts(self) -> dict[str, object]:
        return {"chosen": self.chosen, "chosen_class": self.images.class_names[int(self.y_test[self.chosen])]}

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        told = self.split.test.of(np.arange(min(N_TOLD, len(self.y_test))))
        shares = np.bincount(self.split.train.labels) / self.n_train
        majority = float((self.split.test.labels == shares.argmax()).mean())
        return {
            "dataset": self.images.name,
            "n_train": self.n_train,
            "n_test": len(self.split.test.labels),
            "task": "classes",
            "class_names": list(self.images.class_names),
            "shape": list(self.images.shape),
            "epsilons": np.array(EPSILONS, dtype=np.float32),
            "pictures/test": displayed(told.pixels),
            "targets/test": told.labels.astype(np.uint8),
            "baselines": {
                "majority class": {f"accuracy/fgsm_{TOLD[0]:g}": majority, "accuracy/clean": majority}
            },
            "device": self.device,
            **self._chosen_facts(),
        }

    def noise_baselines(self) -> dict[str, object]:
        """The facts with random signs of the same size beside FGSM: what an attack that knows nothing reaches."""
        found = dict(self.facts()["baselines"])  # type: ignore[call-overload]
        for epsilon in TOLD:
            accuracy = self.sweep.curve("signs")[EPSILONS.index(epsilon)].item()
            found[f"random signs {epsilon:g}"] = {f"accuracy/fgsm_{epsilon:g}": accuracy}
        return {"baselines": found}

    def before(self) -> dict[str, object]:
        """The curves before adversarial training, to compare with."""
        return {
            f"before/{kind}": self.sweep.curve(kind).numpy().astype(np.float32)
            for kind in ("fgsm", "pgd", "gaussian", "salt_pepper")
        }


def trio(x: Tensor, changed: Tensor) -> NDArray[np.uint8]:
    """(3, H, W) or (3, H, W, 3): the picture, its change with the largest at full strength, the attacked picture."""
    change = changed - x
    magnified = 0.5 + 0.5 * change / change.abs().amax().clamp_min(1e-9)
    shown = torch.cat([x, magnified, changed]).mul(255).round().clamp(0, 255).to(torch.uint8)
    return displayed(shown.cpu().numpy())


def _mapping(settings: Any) -> dict[str, Any]:
    from models.settings import to_mapping

    return to_mapping(settings)
