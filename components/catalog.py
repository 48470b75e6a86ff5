"""The concepts of the playground, by chapter. Navigation, home page and contract tests read this list.

One stem everywhere: `pages/<stem>.py`, `models/<stem>.py`, `python -m models.<stem>`, and as the URL with dashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models import box2d


@dataclass(frozen=True)
class Concept:
    """One lesson."""

    stem: str
    title: str
    chapter: str
    claim: str  # one sentence: what the learner will have seen
    icon: str
    sources: tuple[str, ...]
    #: Modules that may be missing on some machines: without them there is no such lesson.
    needs: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The page's address, without the slash before it."""
        return self.stem.replace("_", "-")


#: Every lesson there may be.
EVERY = (
    Concept(
        "perceptron",
        "Perceptron",
        "From one neuron to training",
        "Watch one neuron turn its line mistake by mistake, and find out what a single line can never do.",
        ":material/linear_scale:",
        (
            "McCulloch & Pitts (1943), A logical calculus of the ideas immanent in nervous activity",
            "Rosenblatt (1958), The perceptron: a probabilistic model for information storage, Psychological Review 65",
            "Novikoff (1962), On convergence proofs for perceptrons, theorem 1",
            "Minsky & Papert (1969), Perceptrons",
            "Wolfe (1976), Finding the nearest point in a polytope, Mathematical Programming 11 (the margin)",
            "Gallant (1990), Perceptron-based learning algorithms, IEEE Transactions on Neural Networks 1 (pocket)",
        ),
    ),
    Concept(
        "activations",
        "Activations",
        "From one neuron to training",
        "Drag a point along ten curves and their slopes, and see what thirty of them in a row do to a gradient.",
        ":material/show_chart:",
        (
            "Nair & Hinton (2010), Rectified linear units improve restricted Boltzmann machines",
            "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, eq. 12",
            "Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic models (leaky ReLU)",
            "He, Zhang, Ren & Sun (2015), Delving deep into rectifiers, eq. 10",
            "Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by exponential linear units",
            "Hendrycks & Gimpel (2016), Gaussian error linear units",
            "Ramachandran, Zoph & Le (2017), Searching for activation functions (swish)",
            "Lu, Shin, Su & Karniadakis (2020), Dying ReLU and initialization",
        ),
    ),
    Concept(
        "losses",
        "Losses",
        "From one neuron to training",
        "See what each loss punishes, which way it pulls, and what becomes of the same network under each.",
        ":material/target:",
        (
            "Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics 35",
            "Kullback & Leibler (1951), On information and sufficiency, Annals of Mathematical Statistics 22",
            "Cortes & Vapnik (1995), Support-vector networks, Machine Learning 20 (hinge)",
            "Crammer & Singer (2001), On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2",
            "Szegedy et al. (2016), Rethinking the Inception architecture for computer vision (soft labels)",
            "Ghosh, Kumar & Sastry (2017), Robust loss functions under label noise for deep neural networks",
            "Goodfellow, Bengio & Courville (2016), Deep learning, section 6.2",
        ),
    ),
    Concept(
        "backpropagation",
        "Backpropagation",
        "From one neuron to training",
        "Step through a network with every number on its edge: values go forwards, and the blame for the loss comes back.",
        ":material/account_tree:",
        (
            "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors, Nature 323, eq. 4–7",
            "Griewank & Walther (2008), Evaluating derivatives, 2nd edition, chapter 3 (reverse mode)",
            "Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine learning: a survey, JMLR 18",
            "Bengio, Simard & Frasconi (1994), Learning long-term dependencies with gradient descent is difficult",
            "Karpathy (2020), micrograd (a scalar engine as teaching code)",
        ),
    ),
    Concept(
        "gradient_descent",
        "Gradient descent",
        "From one neuron to training",
        "Walk downhill by hand, then race the rules that do it for you, and see what makes them fast, slow or diverge.",
        ":material/downhill_skiing:",
        (
            "Robbins & Monro (1951), A stochastic approximation method, Annals of Mathematical Statistics 22, eq. 9",
            "Polyak (1964), Some methods of speeding up the convergence of iteration methods, eq. 9 (heavy ball)",
            "Sutskever, Martens, Dahl & Hinton (2013), On the importance of initialization and momentum in deep learning, eq. 1–4",
            "Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12 (AdaGrad)",
            "Tieleman & Hinton (2012), Neural networks for machine learning, lecture 6e (RMSProp)",
            "Kingma & Ba (2015), Adam: a method for stochastic optimization, algorithm 1",
            "Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts, eq. 5; (2019), Decoupled weight "
            "decay regularization, algorithm 2 (AdamW)",
            "Chen et al. (2023), Symbolic discovery of optimization algorithms, algorithm 2 (Lion)",
            "Goh (2017), Why momentum really works, Distill",
            "Smith (2017), Cyclical learning rates for training neural networks, section 3.3 (range test)",
            "Goyal et al. (2017), Accurate, large minibatch SGD, section 2.2 (warm-up); Smith & Topin (2018), Super-convergence",
            "Li et al. (2018), Visualizing the loss landscape of neural nets, section 4",
        ),
    ),
    Concept(
        "mlp",
        "Neural network",
        "Learning from examples",
        "Watch layers of simple neurons bend a straight border until it fits your data.",
        ":material/hub:",
        (
            "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors, Nature 323",
            "Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward neural networks",
        ),
    ),
    Concept(
        "cnn",
        "Convolutional network",
        "Seeing",
        "Slide small windows over a picture, layer upon layer, and watch edges become wheels and wheels become a car.",
        ":material/grid_on:",
        (
            "Fukushima (1980), Neocognitron, Biological Cybernetics 36",
            "LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition",
            "Dalal & Triggs (2005), Histograms of oriented gradients for human detection, §6 (edge histograms)",
            "Ioffe & Szegedy (2015), Batch normalization",
            "Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning",
            "Araujo, Norris & Sim (2019), Computing receptive fields of convolutional neural networks, eq. 1–4",
            "Erhan, Bengio, Courville & Vincent (2009), Visualizing higher-layer features of a deep network, section 3.2",
            "Yosinski, Clune, Nguyen, Fuchs & Lipson (2015), Understanding neural networks through deep visualization",
            "Mordvintsev, Olah & Tyka (2015), Inceptionism: going deeper into neural networks (jitter)",
            "Alain & Bengio (2016), Understanding intermediate layers using linear classifier probes, section 3",
        ),
    ),
    Concept(
        "explain",
        "Explain",
        "Seeing",
        "Ask four methods which pixels made your network answer so, and put the explanations themselves to the test.",
        ":material/manage_search:",
        (
            "Simonyan, Vedaldi & Zisserman (2013), Deep inside convolutional networks, section 3 (gradient)",
            "Zeiler & Fergus (2014), Visualizing and understanding convolutional networks, section 4.2 (occlusion)",
            "Sundararajan, Taly & Yan (2017), Axiomatic attribution for deep networks, eq. 1 and proposition 1",
            "Selvaraju et al. (2017), Grad-CAM: visual explanations from deep networks, eq. 1–2",
            "Petsiuk, Das & Saenko (2018), RISE, section 3.2 (deletion curve)",
            "Adebayo et al. (2018), Sanity checks for saliency maps, section 3.1 (randomised weights)",
            "Morcos, Barrett, Rabinowitz & Botvinick (2018), On the importance of single directions for generalization",
            "Lapuschkin et al. (2019), Unmasking Clever Hans predictors, Nature Communications 10",
            "Kokhlikyan et al. (2020), Captum: a unified and generic model interpretability library for PyTorch",
        ),
    ),
    Concept(
        "attack",
        "Attack",
        "Seeing",
        "Change a picture so little that nobody sees it, and watch your network take it for something else; then teach it to resist.",
        ":material/gpp_bad:",
        (
            "Szegedy et al. (2014), Intriguing properties of neural networks, section 4",
            "Goodfellow, Shlens & Szegedy (2015), Explaining and harnessing adversarial examples, section 4 (FGSM)",
            "Kurakin, Goodfellow & Bengio (2017), Adversarial machine learning at scale, section 2.3 (targeted)",
            "Madry, Makelov, Schmidt, Tsipras & Vladu (2018), Towards deep learning models resistant to adversarial attacks, "
            "eq. 2.1 and section 2.1 (PGD, adversarial training)",
            "Athalye, Carlini & Wagner (2018), Obfuscated gradients give a false sense of security",
            "Wong, Rice & Kolter (2020), Fast is better than free: revisiting adversarial training, algorithm 3",
        ),
    ),
    Concept(
        "transfer",
        "Transfer",
        "Seeing",
        "Teach a network something new from five pictures: what it has learned elsewhere decides whether that is enough.",
        ":material/move_up:",
        (
            "Thrun (1996), Is learning the n-th thing any easier than learning the first?, NIPS 8",
            "LeCun, Denker & Solla (1990), Optimal brain damage, NIPS 2 (pruning)",
            "Donahue et al. (2014), DeCAF: a deep convolutional activation feature, section 3 (frozen features)",
            "Yosinski, Clune, Bengio & Lipson (2014), How transferable are features in deep neural networks?, section 2",
            "Han, Pool, Tran & Dally (2015), Learning both weights and connections for efficient neural networks, section 3",
            "He, Zhang, Ren & Sun (2016), Deep residual learning (ResNet-18); Howard et al. (2019), Searching for MobileNetV3",
            "Jacob et al. (2018), Quantization and training of neural networks for integer-arithmetic-only inference, eq. 1",
        ),
    ),
    Concept(
        "gridworld",
        "Gridworld",
        "Learning by doing",
        "Let an agent find its way by trial and error, repaint its world while it walks, and check every number it learns.",
        ":material/grid_4x4:",
        (
            "Bellman (1957), Dynamic programming, chapter 3 (value iteration)",
            "Howard (1960), Dynamic programming and Markov processes (policy iteration)",
            "Watkins & Dayan (1992), Q-learning, Machine Learning 8",
            "Rummery & Niranjan (1994), On-line Q-learning using connectionist systems (SARSA)",
            "Sutton (1990), Integrated architectures for learning, planning and reacting (Dyna)",
            "Even-Dar & Mansour (2003), Learning rates for Q-learning, JMLR 5",
            "Sutton & Barto (2018), Reinforcement learning, 2nd edition, eq. 4.5–4.10, 6.7, 6.8, sections 5.4, 8.2; "
            "example 6.6 (cliff)",
            "Karpathy (2015), REINFORCEjs (a gridworld in the browser)",
        ),
    ),
    Concept(
        "cartpole",
        "CartPole",
        "Learning by doing",
        "Let a network that is told only how long the pole stood find out which way to push, and try to beat it by hand.",
        ":material/balance:",
        (
            "Barto, Sutton & Anderson (1983), Neuronlike adaptive elements that can solve difficult learning control problems, "
            "IEEE Transactions on Systems, Man, and Cybernetics 13, appendix (the cart and the pole)",
            "Williams (1992), Simple statistical gradient-following algorithms for connectionist reinforcement learning, "
            "Machine Learning 8, theorem 1 (REINFORCE)",
            "Sutton, McAllester, Singh & Mansour (2000), Policy gradient methods for reinforcement learning with function "
            "approximation, theorem 1",
            "Mnih et al. (2016), Asynchronous methods for deep reinforcement learning (actor-critic with an entropy bonus)",
            "Schulman, Moritz, Levine, Jordan & Abbeel (2016), High-dimensional continuous control using generalized advantage "
            "estimation, eq. 11 and 16",
            "Schulman, Wolski, Dhariwal, Radford & Klimov (2017), Proximal policy optimization algorithms, eq. 7",
            "Raffin et al. (2021), Stable-Baselines3: reliable reinforcement learning implementations, JMLR 22",
            "Towers et al. (2024), Gymnasium: a standard interface for reinforcement learning environments (CartPole-v1)",
        ),
    ),
    Concept(
        "lunar_lander",
        "Lunar lander",
        "Learning by doing",
        "Watch a network that is told only rewards crash, hover, and then set a lander down between two flags.",
        ":material/rocket_launch:",
        (
            "Williams (1992), Simple statistical gradient-following algorithms, Machine Learning 8, theorem 1 (REINFORCE)",
            "Ng, Harada & Russell (1999), Policy invariance under reward transformations: theory and application to reward "
            "shaping, theorem 1",
            "Mnih et al. (2016), Asynchronous methods for deep reinforcement learning (actor-critic with an entropy bonus)",
            "Schulman, Moritz, Levine, Jordan & Abbeel (2016), High-dimensional continuous control using generalized advantage "
            "estimation, eq. 11 and 16",
            "Schulman, Wolski, Dhariwal, Radford & Klimov (2017), Proximal policy optimization algorithms, eq. 7",
            "Raffin et al. (2021), Stable-Baselines3: reliable reinforcement learning implementations, JMLR 22",
            "Towers et al. (2024), Gymnasium: a standard interface for RL environments (LunarLander-v3, by Oleg Klimov)",
            "Catto (2011), Box2D: a 2D physics engine for games",
        ),
        needs=box2d.MODULES,
    ),
    Concept(
        "platformer",
        "Platformer",
        "Learning by doing",
        "Paint a level, play it yourself, and watch an agent learn to run, jump and dodge its way to the flag.",
        ":material/sports_esports:",
        (
            "Schulman, Wolski, Dhariwal, Radford & Klimov (2017), Proximal policy optimization algorithms, eq. 7 and 9",
            "Mnih et al. (2015), Human-level control through deep reinforcement learning, Nature 518 (DQN)",
            "Mnih et al. (2016), Asynchronous methods for deep reinforcement learning (A2C is its synchronous form)",
            "Schulman, Moritz, Levine, Jordan & Abbeel (2016), High-dimensional continuous control using generalized advantage "
            "estimation, eq. 16",
            "Sutton & Barto (2018), Reinforcement learning: an introduction, second edition, chapters 3 and 13",
            "Cobbe, Klimov, Hesse, Kim & Schulman (2019), Quantifying generalization in reinforcement learning (levels made from a seed)",
            "Amodei et al. (2016), Concrete problems in AI safety, section 4 (reward hacking)",
            "Huang et al. (2022), The 37 implementation details of proximal policy optimization, ICLR blog track",
            "Raffin et al. (2021), Stable-Baselines3: reliable reinforcement learning implementations, JMLR 22",
        ),
    ),
)


def present(concepts: Iterable[Concept]) -> tuple[Concept, ...]:
    """Those whose modules are there."""
    return tuple(item for item in concepts if box2d.there(item.needs))


CONCEPTS = present(EVERY)


def concept(stem: str) -> Concept:
    """The concept with this stem; KeyError when there is none."""
    return {item.stem: item for item in CONCEPTS}[stem]


def chapters() -> dict[str, list[Concept]]:
    """Chapter → its concepts, in the order of the list."""
    found: dict[str, list[Concept]] = {}
    for item in CONCEPTS:
        found.setdefault(item.chapter, []).append(item)
    return found
