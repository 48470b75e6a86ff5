"""The moving parts behind the lesson on transfer: the first task, the three learners of every repetition, the pictures.

Shapes: N pictures, C channels, H × W pixels, D features, K classes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from models import diagnosis
from models.chunks import answered
from models.cnn_fit import displayed, pick_device
from models.step import Note, Step
from models.transfer_baselines import METHODS, score
from models.transfer_learners import Examples, Rates, Trio, features, mean
from models.transfer_network import fresh
from models.transfer_plane import Plane
from models.transfer_settings import LEARNERS, Config
from models.transfer_tasks import Task, Tasks

FIRST_BATCH = 32
MAX_FEW = 60  # pictures to learn from that are shown


class Fit:
    """One first task, and the learners of the second."""

    def __init__(self, config: Config, tasks: Tasks) -> None:
        """Raises ValueError, one sentence, for settings that cannot be used."""
        self.config, self.tasks = config, tasks
        self.device = pick_device(config.device)
        self.n_steps, self.epoch, self.over = 0, 0.0, False
        self._first, self._first_test = self._examples(tasks.first), self._examples(tasks.first_test)
        self._pool, self._test = self._examples(tasks.pool), self._examples(tasks.test)
        self.source = self._source()
        self._optimizer = torch.optim.Adam(self.source.parameters())
        self.trios: list[Trio] = []
        self.history: dict[str, list[float]] = {}
        self.points: dict[
            int, dict[str, list[float]]
        ] = {}  # pictures per class → name → score of each repetition
        self._plane = Plane()
        self._blank = fresh(config, tasks.shape, len(tasks.pool.class_names), self._seed(0)).to(self.device)
        self._baselines: dict[str, dict[str, float]] = {}

    def _examples(self, task: Task) -> Examples:
        x = torch.from_numpy(self.tasks.as_input(task.pixels))
        return Examples(x.to(self.device), torch.from_numpy(task.labels).to(self.device))

    def _source(self) -> torch.nn.Module:
        config = self.config
        network = fresh(config, self.tasks.shape, len(self.tasks.first.class_names), config.seed)
        if config.body != "small":
            from models.pretrained import fill

            fill(network.body, config.body, config.data_dir)
        return network.to(self.device)

    # The first task.

    @property
    def epochs(self) -> int:
        """Passes over the first task: none for a network that comes with what it has learned."""
        return self.config.epochs if self.config.body == "small" else 0

    def batches(self, epoch: int) -> Iterator[Tensor]:
        """Rows of the first task's pictures in the order of this epoch, in batches."""
        n = len(self._first.y)
        generator = torch.Generator().manual_seed(self.config.seed * 1_000_003 + epoch)
        order = torch.randperm(n, generator=generator).to(self.device)
        yield from order.tensor_split(max(1, n // FIRST_BATCH))

    def update(self, rows: Tensor) -> float:
        """One step downhill on the first task; returns the mean cross-entropy before it, in nats."""
        for group in self._optimizer.param_groups:
            group["lr"] = self.config.first_rate
        loss = functional.cross_entropy(self.source.train()(self._first.x[rows]), self._first.y[rows])
        self._optimizer.zero_grad()
        loss.backward()
        self._optimizer.step()
        return loss.item()

    @torch.no_grad()
    def evaluate_first(self) -> dict[str, float]:
        """Loss and accuracy on the first task's pictures that were held back; nothing for a network without that head."""
        if self.config.body != "small":
            return {}
        self.source.eval()
        x, y = self._first_test.x, self._first_test.y
        logits = answered(self.source, x)
        metrics = {
            "loss/first": functional.cross_entropy(logits, y).item(),
            "accuracy/first": (logits.argmax(1) == y).sum().item() / len(y),
        }
        self._remember("first", self.epoch, {"first": [metrics["accuracy/first"]]})
        return metrics

    # The second task.

    def _seed(self, repetition: int) -> int:
        """Of a repetition's first weights."""
        return 7919 + self.config.seed * 101 + repetition

    def trio(self, shots: int, repetition: int) -> Trio:
        """Three learners with so many pictures per class, decided by seed and repetition."""
        seed = self.config.seed * 101 + repetition
        rows = torch.from_numpy(self.tasks.few(shots, seed)).to(self.device)
        n_classes = len(self.tasks.pool.class_names)
        blank = fresh(self.config, self.tasks.shape, n_classes, self._seed(repetition)).to(self.device)
        few = Examples(self._pool.x[rows], self._pool.y[rows])
        return Trio(self.source.eval().body, blank, few, self._test, seed)  # type: ignore[arg-type]

    def begin(self) -> None:
        """Every repetition gets its pictures and its three learners."""
        self.trios = [self.trio(self.config.shots, number) for number in range(self.config.seeds)]

    @property
    def rates(self) -> Rates:
        return Rates(self.config.learning_rate, self.config.body_rate)

    def update_all(self) -> dict[str, float]:
        """One update of every learner of every repetition; returns the means of their losses before it."""
        losses = [trio.update(self.rates) for trio in self.trios]
        return {f"loss/{name}": mean([loss[name] for loss in losses]) for name in LEARNERS}

    def evaluate(self) -> dict[str, float]:
        """Means over the repetitions of test accuracy and loss, with the lowest and the highest accuracy, and the gains."""
        found = [trio.evaluate() for trio in self.trios]
        accuracies = {name: [one[name][0] for one in found] for name in LEARNERS}
        metrics: dict[str, float] = {}
        for name, values in accuracies.items():
            metrics[f"accuracy/{name}"] = mean(values)
            metrics[f"accuracy/{name}/low"], metrics[f"accuracy/{name}/high"] = min(values), max(values)
            metrics[f"test_loss/{name}"] = mean([one[name][1] for one in found])
        metrics |= {
            "loss/test": metrics["test_loss/finetuned"],
            "accuracy/test": metrics["accuracy/finetuned"],
        }
        for name in ("frozen", "finetuned"):
            metrics[f"gain/{name}"] = metrics[f"accuracy/{name}"] - metrics["accuracy/scratch"]
        metrics["gain/best"] = max(metrics["gain/frozen"], metrics["gain/finetuned"])
        self._remember("race", float(self.trios[0].n_updates), accuracies)
        self.points[self._most(self.config.shots)] = (
            self.points.get(self._most(self.config.shots), {}) | accuracies
        )
        return metrics

    def _most(self, shots: int) -> int:
        return min(shots, self.tasks.most)

    def add_point(self, shots: int, repetition: int) -> dict[str, float]:
        """Train and test one repetition with another number of pictures; returns the means so far."""
        trio = self.trio(shots, repetition)
        for _ in range(self.config.steps):
            trio.update(self.rates)
        scores = self.points.setdefault(shots, {})
        for name, (accuracy, _) in trio.evaluate().items():
            scores.setdefault(name, []).append(accuracy)
        scores.setdefault("nearest neighbour", []).append(self._score("nearest neighbour", shots, repetition))
        return {f"curve/{name}/{shots}": mean(scores[name]) for name in LEARNERS}

    def _score(self, method: str, shots: int, repetition: int) -> float:
        few = self.tasks.pool.of(self.tasks.few(shots, self.config.seed * 101 + repetition))
        test = self.tasks.test
        return score(method, few.pixels, few.labels, test.pixels, test.labels)

    def next_baseline(self) -> dict[str, object] | None:
        """The facts with one more baseline, on the pixels of the same few pictures; None when all are there."""
        left = [name for name in METHODS if name not in self._baselines]
        if not left:
            return None
        began = time.perf_counter()
        shots = self._most(self.config.shots)
        scores = [self._score(left[0], shots, number) for number in range(self.config.seeds)]
        seconds = round((time.perf_counter() - began) / len(scores), 4)
        self._baselines[left[0]] = {"accuracy/test": mean(scores), "seconds": seconds}
        if left[0] == "nearest neighbour":
            self.points.setdefault(shots, {})[left[0]] = scores
        return {"baselines": dict(self._baselines)}

    def note(self, losses: dict[str, float]) -> Note | None:
        """A loss that is not finite ends the run, with a sentence why."""
        if all(math.isfinite(value) for value in losses.values()):
            return None
        self.over = True
        return diagnosis.divergence(self.config.learning_rate if self.trios else self.config.first_rate)

    # What is shown.

    def step(self, epoch: float, metrics: dict[str, float]) -> Step:
        self.epoch = epoch
        return Step(self.n_steps, epoch, metrics, self.observe, parameters=self.parameters)

    def parameters(self) -> dict[str, NDArray[Any]]:
        """The fine-tuned network of the first repetition, before the second task the network of the first; small ones are
        named as those of `models.cnn`."""
        network = self.trios[0].networks["finetuned"] if self.trios else self.source
        names = {"body.": "blocks.", "head.": "head.1."} if self.config.body == "small" else {}
        found = {}
        for name, values in network.state_dict().items():
            start = name.partition(".")[0] + "."
            found[names.get(start, start) + name[len(start) :]] = values.cpu().numpy().copy()
        return found

    def _remember(self, what: str, at: float, scores: dict[str, list[float]]) -> None:
        """Add a moment to the curves; the same moment again replaces it."""
        xs = self.history.setdefault(f"{what}_x", [])
        again = bool(xs) and xs[-1] == at
        for name, values in (
            (f"{what}_x", [at]),
            *((f"{what}/{name}", values) for name, values in scores.items()),
        ):
            for ending, value in (("", mean(values)), ("/low", min(values)), ("/high", max(values))):
                column = self.history.setdefault(name + ending, [])
                if again:
                    column.pop()
                column.append(value)

    def observe(self) -> dict[str, NDArray[Any]]:
        """The arrays of a frame: the curves so far, and answers and features of the shown learner's first repetition."""
        arrays = {name: np.array(values, np.float32) for name, values in self.history.items()}
        arrays |= self._points()
        if self.trios:
            logits = self.trios[0].answers(self.config.shown)
            found = self.trios[0].test_features(self.config.shown)
        else:  # the body that learns the first task, with a new head that has learned nothing
            found = features(self.source.eval().body, self._test.x)  # type: ignore[arg-type]
            with torch.no_grad():
                logits = self._blank.head(found)
        arrays["predictions/test"] = logits.argmax(1).to(torch.uint8).cpu().numpy()
        return arrays | self._plane.arrays(
            found.cpu().numpy(), self.tasks.test.labels, self.tasks.test.class_names
        )

    def _points(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {}
        for name in (*LEARNERS, "nearest neighbour"):
            done = [
                (count, self.points[count][name])
                for count in sorted(self.points)
                if name in self.points[count]
            ]
            arrays[f"curve_x/{name}"] = np.array([count for count, _ in done], np.float32)
            means = [mean(values) for _, values in done]
            arrays[f"curve/{name}"] = np.array(means, np.float32)
            for ending, reach in (
                ("high", [max(values) - middle for (_, values), middle in zip(done, means, strict=True)]),
                ("low", [middle - min(values) for (_, values), middle in zip(done, means, strict=True)]),
            ):
                arrays[f"curve/{name}/{ending}"] = np.array(reach, np.float32)
        return arrays

    def change(self, config: Config) -> dict[str, object]:
        """Take over the live settings."""
        self.config = config
        return {"chosen": self._chosen, "chosen_class": self._class_of_chosen()}

    @property
    def _chosen(self) -> int:
        return self.config.picture % len(self.tasks.test.labels)

    def _class_of_chosen(self) -> str:
        return self.tasks.test.class_names[int(self.tasks.test.labels[self._chosen])]

    def facts(self) -> dict[str, object]:
        """What holds for the whole run; arrays as NumPy."""
        tasks, config = self.tasks, self.config
        shots = self._most(config.shots)
        few = tasks.pool.of(tasks.few(shots, config.seed * 101))
        notices = []
        if shots < config.shots:
            notices.append(
                f"There are only {shots} pictures of some class to learn from: all learners get so many."
            )
        return {
            "dataset": tasks.name,
            "task": "classes",
            "n_train": len(few.labels),
            "n_test": len(tasks.test.labels),
            "n_first": len(tasks.first.labels),
            "class_names": list(tasks.test.class_names),
            "first_names": list(tasks.first.class_names),
            "shape": list(tasks.shape),
            "pixel_mean": [float(value) for value in tasks.mean],
            "pixel_spread": [float(value) for value in tasks.std],
            "few": displayed(few.pixels[:MAX_FEW]),
            "pictures/test": displayed(tasks.test.pixels),
            "targets/test": tasks.test.labels.astype(np.uint8),
            "chosen": self._chosen,
            "chosen_class": self._class_of_chosen(),
            "notices": notices,
            "device": self.device,
        }
