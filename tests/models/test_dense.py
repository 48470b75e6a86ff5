"""The hand-written network against autograd, against torch.nn, and against a step worked out on paper."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from models import optimizers
from models.dense import ACTIVATIONS, DenseNetwork, Task

FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "linear": lambda values: values,
    "swish": functional.silu,
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
}
MODULES: dict[str, Callable[[], nn.Module]] = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "linear": nn.Identity,
    "swish": nn.SiLU,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
}
NAMES = tuple(ACTIVATIONS)
CUT = ("relu", "leaky_relu", "gelu", "swish")  # they pass on about half of the line
TASKS: tuple[Task, ...] = ("binary", "classes", "numbers")
N_OUTPUTS = {"binary": 1, "classes": 3, "numbers": 1}


def example(task: Task, n: int, n_inputs: int = 3) -> tuple[Tensor, Tensor]:
    """x (n, D) and y (n,) of the kind that the task wants."""
    generator = torch.Generator().manual_seed(n)
    x = torch.randn(n, n_inputs, generator=generator)
    if task == "numbers":
        return x, torch.randn(n, generator=generator)
    y = torch.randint(0, 2 if task == "binary" else 3, (n,), generator=generator)
    return x, y.float() if task == "binary" else y


def network_for(
    task: Task, hidden: Sequence[int], activation: str | Sequence[str] = "tanh", seed: int = 1
) -> DenseNetwork:
    network = DenseNetwork((3, *hidden, N_OUTPUTS[task]), activation, task, seed)
    noise = torch.Generator().manual_seed(99)
    for biases in network.biases:  # they begin at zero, which would hide a mistake
        biases.copy_(torch.randn(len(biases), generator=noise) * 0.3)
    return network


def loss_of(task: Task, output: Tensor, y: Tensor) -> Tensor:
    if task == "binary":
        return functional.binary_cross_entropy_with_logits(output[:, 0], y)
    if task == "classes":
        return functional.cross_entropy(output, y)
    return functional.mse_loss(output[:, 0], y)


def by_autograd(network: DenseNetwork, x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
    """The same network in torch.nn.functional: its loss, and the gradient of each weight and bias."""
    parameters = [p.clone().requires_grad_() for p in (*network.weights, *network.biases)]
    n_layers = len(network.weights)
    for layer in range(n_layers):
        x = functional.linear(x, parameters[layer].t(), parameters[n_layers + layer])
        if layer < n_layers - 1:
            x = FUNCTIONS[network.activations[layer]](x)
    loss = loss_of(network.task, x, y)
    return loss, list(torch.autograd.grad(loss, parameters))


def gradient_of(network: DenseNetwork) -> Tensor:
    """∂loss/∂parameters without the gaps: weights, then biases."""
    return torch.cat([part.flatten() for part in network.parts(network.gradient)])


def several() -> list[tuple[str, Task, int, int]]:
    """Each activation with each task, and each depth twice: a sample of the full product."""
    pairs = list(itertools.product(NAMES, TASKS))
    return [(activation, task, k % 9, (1, 7)[k % 2]) for k, (activation, task) in enumerate(pairs)]


@pytest.mark.parametrize(("activation", "task", "depth", "n"), several())
def test_the_gradient_is_autograds(activation: str, task: Task, depth: int, n: int) -> None:
    network = network_for(task, [5, 4, 6, 3, 5, 4, 6, 3][:depth], activation)
    x, y = example(task, n)
    loss, gradients = by_autograd(network, x, y)
    torch.testing.assert_close(network.backward(x, y), loss.detach(), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(
        gradient_of(network), torch.cat([part.flatten() for part in gradients]), rtol=1e-4, atol=1e-6
    )
    assert network.gradient.abs().max() > 0


def test_a_step_worked_out_on_paper() -> None:
    """A 2-2-1 network with tanh, the squared error, and two examples.

    W¹ = [[ln 2, 0], [0, ln 3]] with b¹ = (0, 0);  W² = [[5], [10]] with b² = 1.
    With tanh(ln a) = (a² - 1)/(a² + 1):  tanh(ln 2) = 3/5,  tanh(ln 3) = 4/5,  and tanh is odd.

    Example 1: x = (1, 1), y = 10.            Example 2: x = (1, -1), y = -3.
      h = (3/5, 4/5)                            h = (3/5, -4/5)
      ŷ = 5·3/5 + 10·4/5 + 1 = 12               ŷ = 5·3/5 - 10·4/5 + 1 = -4
      ŷ - y = 2                                 ŷ - y = -1

    loss = (2² + (-1)²)/2 = 5/2
    δ² = 2(ŷ - y)/N = (2, -1)

    ∂loss/∂W² = Σₙ hₙ δ²ₙ = 2·(3/5, 4/5) - 1·(3/5, -4/5) = (3/5, 12/5)
    ∂loss/∂b² = 2 - 1 = 1

    δ¹ = (δ² W²ᵀ) ⊙ (1 - h²), with 1 - h² = (16/25, 9/25) in both examples:
      example 1:  2·(5, 10) ⊙ (16/25, 9/25) = (32/5, 36/5)
      example 2: -1·(5, 10) ⊙ (16/25, 9/25) = (-16/5, -18/5)
    ∂loss/∂W¹ = Σₙ xₙᵀ δ¹ₙ:
      row x₁:  1·(32/5, 36/5) + 1·(-16/5, -18/5) = (16/5, 18/5)
      row x₂:  1·(32/5, 36/5) - 1·(-16/5, -18/5) = (48/5, 54/5)
    ∂loss/∂b¹ = (16/5, 18/5)
    """
    network = DenseNetwork((2, 2, 1), "tanh", "numbers", seed=0)
    network.weights[0].copy_(torch.tensor([[math.log(2), 0.0], [0.0, math.log(3)]]))
    network.weights[1].copy_(torch.tensor([[5.0], [10.0]]))
    network.biases[1].fill_(1.0)
    x, y = torch.tensor([[1.0, 1.0], [1.0, -1.0]]), torch.tensor([10.0, -3.0])
    assert network.backward(x, y).item() == pytest.approx(5 / 2, rel=1e-5)
    expected = [16 / 5, 18 / 5, 48 / 5, 54 / 5, 3 / 5, 12 / 5, 16 / 5, 18 / 5, 1]
    assert gradient_of(network).tolist() == pytest.approx(expected, rel=1e-5)


def test_a_step_of_two_classes_worked_out_on_paper() -> None:
    """One ReLU neuron, sigmoid(ln 3) = 3/4 and sigmoid(0) = 1/2.

    w¹ = 2 with b¹ = 0;  w² = (ln 3)/2 with b² = 0.
    Example 1: x = 1, y = 1:   h = 2, output ln 3, p = 3/4.    δ² = (3/4 - 1)/2 = -1/8
    Example 2: x = -1, y = 0:  h = 0, output 0,    p = 1/2.    δ² = (1/2 - 0)/2 =  1/4
    loss = (-ln 3/4 - ln 1/2)/2
    ∂loss/∂w² = 2·(-1/8) + 0·1/4 = -1/4,   ∂loss/∂b² = -1/8 + 1/4 = 1/8
    δ¹ = δ² w² where h > 0: example 1: -(ln 3)/16, example 2: 0
    ∂loss/∂w¹ = 1·(-(ln 3)/16) = ∂loss/∂b¹
    """
    network = DenseNetwork((1, 1, 1), "relu", "binary", seed=0)
    network.weights[0].fill_(2.0)
    network.weights[1].fill_(math.log(3) / 2)
    loss = network.backward(torch.tensor([[1.0], [-1.0]]), torch.tensor([1.0, 0.0]))
    assert loss.item() == pytest.approx((math.log(4 / 3) + math.log(2)) / 2, rel=1e-5)
    below = -math.log(3) / 16
    assert gradient_of(network).tolist() == pytest.approx([below, -1 / 4, below, 1 / 8], rel=1e-5)


def test_a_step_of_three_classes_worked_out_on_paper() -> None:
    """No hidden layer: softmax of (0, ln 2, ln 5) is (1, 2, 5)/8. With x = 1 and y = 2: δ = (1/8, 2/8, 5/8 - 1)."""
    network = DenseNetwork((1, 3), "tanh", "classes", seed=0)
    network.weights[0].copy_(torch.tensor([[0.0, math.log(2), math.log(5)]]))
    loss = network.backward(torch.tensor([[1.0]]), torch.tensor([2]))
    assert loss.item() == pytest.approx(math.log(8 / 5), rel=1e-5)
    assert gradient_of(network).tolist() == pytest.approx([1 / 8, 2 / 8, -3 / 8] * 2, rel=1e-5)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_forward_is_torch_nns(activation: str) -> None:
    network = network_for("classes", (5, 4), activation)
    layers: list[nn.Module] = []
    for weights, biases in zip(network.weights, network.biases, strict=True):
        linear = nn.Linear(*weights.shape)
        linear.weight.data, linear.bias.data = weights.t().clone(), biases.clone()
        layers += [linear, MODULES[activation]()]
    x, _ = example("classes", 7)
    hidden = network.forward(x)
    torch.testing.assert_close(hidden[-1], nn.Sequential(*layers[:-1])(x).detach())
    torch.testing.assert_close(hidden[0], nn.Sequential(*layers[:2])(x).detach())
    assert [tuple(values.shape) for values in hidden] == [(7, 5), (7, 4), (7, 3)]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_first_weights_have_the_variance_that_keeps_signals_alive(activation: str) -> None:
    network = DenseNetwork((200, 300, 100), activation, "classes", seed=3)
    for weights in network.weights:
        n_in, n_out = weights.shape
        expected = 2 / n_in if activation in CUT else 2 / (n_in + n_out)
        assert weights.var().item() == pytest.approx(expected, rel=0.03)
        assert weights.mean().item() == pytest.approx(0, abs=0.03 * expected**0.5)
        assert weights.abs().max().item() <= (3 * expected) ** 0.5 * (1 + 1e-6)
    assert all((biases == 0).all() for biases in network.biases)


@pytest.mark.parametrize(
    ("how", "variance"), [("glorot", 2 / 500), ("he", 2 / 200), ("small", 0.01**2 / 3), ("zeros", 0.0)]
)
def test_the_first_weights_may_be_chosen(how: str, variance: float) -> None:
    network = DenseNetwork((200, 300, 1), "tanh", "binary", 0, initialisation=how)
    assert network.weights[0].var().item() == pytest.approx(variance, rel=0.03)


def test_each_layer_may_have_an_activation_of_its_own() -> None:
    network = network_for("binary", (4, 3, 5), ("relu", "tanh", "gelu"))
    assert network.activations == ("relu", "tanh", "gelu")
    x, y = example("binary", 7)
    loss, gradients = by_autograd(network, x, y)
    torch.testing.assert_close(network.backward(x, y), loss.detach())
    torch.testing.assert_close(gradient_of(network), torch.cat([part.flatten() for part in gradients]))


def test_dropout_leaves_out_a_share_and_keeps_the_sum() -> None:
    network = DenseNetwork((1, 4000, 1), "linear", "numbers", 0, dropout=0.25)
    x = torch.ones(1, 1)
    network.biases[0].fill_(1.0)
    whole = network.forward(x)[0].clone()
    network.forward(x, training=True)
    room = network._room_for(1)
    fed = room.inputs[1]
    assert (fed == 0).float().mean().item() == pytest.approx(0.25, abs=0.03)
    assert fed.mean().item() == pytest.approx(whole.mean().item(), rel=0.05)
    assert torch.equal(network.forward(x)[0], whole)  # an answer leaves nobody out


def test_the_seed_decides_the_first_weights() -> None:
    first, same, other = (DenseNetwork((2, 4, 1), "tanh", "binary", seed) for seed in (5, 5, 6))
    assert torch.equal(first.parameters, same.parameters)
    assert not torch.equal(first.parameters, other.parameters)


def test_weights_and_biases_are_windows_onto_one_vector_weights_first() -> None:
    """Each begins at a multiple of 16 numbers (64 bytes), as a tensor of its own would."""
    network = DenseNetwork((2, 3, 1), "tanh", "binary", seed=0)
    assert network.n_weights == 16 + 16
    assert len(network.parameters) == 4 * 16
    network.parameters.copy_(torch.arange(64.0))
    assert network.weights[0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert network.weights[1].tolist() == [[16], [17], [18]]
    assert [biases.tolist() for biases in network.biases] == [[32, 33, 34], [48]]
    assert all(part.data_ptr() % 64 == 0 for part in network.parts(network.parameters))


@pytest.mark.parametrize("optimizer", optimizers.OPTIMIZERS)
def test_nothing_ever_reaches_the_gaps(optimizer: str) -> None:
    network = network_for("classes", (3, 5), ("tanh", "gelu"))
    step = optimizers.make(optimizer, network.parameters)
    x, y = example("classes", 7)
    for _ in range(5):
        network.backward(x, y)
        step.step(network.gradient, 0.1)
    parts = network.parts(network.parameters)
    assert (network.parameters != 0).sum() == sum(int((part != 0).sum()) for part in parts)


def test_batches_of_many_sizes_take_turns() -> None:
    """Buffers are kept for each size, and thrown away when there are too many sizes."""
    network = network_for("binary", (4,))
    for n in [*range(1, 25), 3, 1, 24]:
        x, y = example("binary", n)
        loss, gradients = by_autograd(network, x, y)
        torch.testing.assert_close(network.backward(x, y), loss.detach())
        torch.testing.assert_close(gradient_of(network), torch.cat([part.flatten() for part in gradients]))
    assert len(network._rooms) <= 9


def test_answers() -> None:
    binary = network_for("binary", ())
    output = torch.tensor([[-1.0], [0.5], [math.log(3)]])
    assert binary.predict(output).tolist() == [0, 1, 1]
    assert binary.probabilities(output)[2].item() == pytest.approx(0.75)
    classes = network_for("classes", ())
    output = torch.tensor([[0.0, math.log(2), math.log(5)], [3.0, 0.0, 0.0]])
    assert classes.predict(output).tolist() == [2, 0]
    assert classes.probabilities(output)[0].tolist() == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    assert network_for("numbers", ()).predict(torch.tensor([[1.5], [-2.0]])).tolist() == [1.5, -2.0]
