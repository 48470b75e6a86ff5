"""From text to a computational graph: `x = 2; w = -1; tanh(w*x + 1)`. Text is parsed, never evaluated.

A recursive-descent parser, one method for each rule of the grammar:

    program    = { name "=" expression ";" } expression
    expression = term { ("+" | "-") term }            a chain of + is one node
    term       = factor { ("*" | "/") factor }
    factor     = "-" factor | power
    power      = atom [ ("^" | "**") factor ]          x^2 is the square
    atom       = number | name | function "(" expression ")" | "(" expression ")"

`name = number` gives a variable its starting value, `name = expression` names a node that may be used again.
Names that begin with x are inputs, with y or t targets, all others weights (what learning changes).
An error is one sentence that names the place and the way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from models.graph import Graph, Node

MAX_LENGTH = 2000  # characters
MAX_DEPTH = 40  # brackets, functions and signs inside each other
MAX_NODES = 160
MAX_NAME = 12  # characters of a name
LARGEST = 1e300  # of a number that may be typed

FUNCTIONS = ("tanh", "sigmoid", "relu", "softplus", "exp", "log", "sqrt", "abs", "square", "sin", "cos")
#: Values of variables that were given none, in the order of their first use.
STARTS = (0.5, -1.2, 0.8, 1.5, -0.7, 0.3, -0.4, 1.1, 0.6, -0.9)

_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|([A-Za-z][A-Za-z0-9_]*)|(\*\*|[-+*/^()=;]))",
    re.ASCII,
)
_SAME = str.maketrans({"−": "-", "·": "*", "×": "*", "÷": "/", "\n": " ", "\t": " "})


class ExpressionError(ValueError):
    """Text that is no expression. The message is one sentence with the place; `position` counts characters from 0."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(f"At character {position + 1}: {sentence}")
        self.position = position


def kind_of(name: str) -> str:
    """What a variable of this name is: "input", "target" or "weight"."""
    return "input" if name[0] in "xX" else "target" if name[0] in "yYtT" else "weight"


def parse(text: str) -> Graph:
    """The graph of an expression. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            MAX_LENGTH, f"this is where the {MAX_LENGTH:,} characters that are allowed end; write less."
        )
    return _Parser(text.translate(_SAME)).graph()


class _Parser:
    """Reads token after token; each method reads one rule and returns the number of its node."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.nodes: list[Node] = []
        self.named: dict[str, int] = {}
        self._read()

    # Tokens: `kind` is "number", "name", "sign", or "end"; `word` its text; `place` where it begins.

    def _read(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            rest = self.text[self.at :]
            self.place = self.at + len(rest) - len(rest.lstrip())
            if rest.strip():
                self._refuse_character(self.text[self.place])
            self.kind, self.word = "end", ""
            return
        number, name, sign = found.groups()
        self.word = number or name or sign
        self.kind = "number" if number else "name" if name else "sign"
        self.place = found.end() - len(self.word)
        self.at = found.end()

    def _refuse_character(self, character: str) -> None:
        shown = character if character.isprintable() else "?"
        remedy = {
            ",": "write one value in each function, and decimals with a point",
            "_": "names begin with a letter, such as w1",
        }.get(character, "use numbers, names, + − * / ^ and ( )")
        raise ExpressionError(self.place, f"“{shown}” cannot stand here; {remedy}.")

    def _take(self, sign: str) -> bool:
        if self.kind == "sign" and self.word == sign:
            self._read()
            return True
        return False

    # The grammar.

    def graph(self) -> Graph:
        result = self._expression_or_assignment()
        while self._take(";"):
            if self.kind == "end":
                break
            result = self._expression_or_assignment()
        if self.kind != "end":
            self._refuse_rest()
        if result is None:
            raise ExpressionError(self.place, "a result is missing; end with an expression such as w * x.")
        return self._pruned(result)

    def _expression_or_assignment(self) -> int | None:
        """One statement; None when it only gave a variable its starting value."""
        place, at, kind, word = self.place, self.at, self.kind, self.word
        if kind == "name" and (follows := _TOKEN.match(self.text, at)) and follows.group(3) == "=":
            self._read()
            self._read()
            return self._assignment(word, place)
        return self._expression()

    def _assignment(self, name: str, place: int) -> int | None:
        self._check_name(name, place)
        if name in self.named:
            raise ExpressionError(place, f"“{name}” has a value already; choose another name.")
        node = self._expression()
        made = self.nodes[node]
        if made.kind == "number":
            self.nodes[node] = Node(kind_of(name), name=name, start=made.start)
            self.named[name] = node
            return None
        if made.operation and not made.name:
            self.nodes[node] = Node(made.kind, made.operation, made.parents, name)
        self.named[name] = node
        return node

    def _expression(self) -> int:
        node = self._term()
        terms = [node]
        while self.kind == "sign" and self.word in "+-":
            minus, place = self.word == "-", self.place
            self._read()
            right = self._term()
            if minus:
                terms = [self._add("subtract", (self._sum(terms, place), right), place)]
            else:
                terms.append(right)
        return self._sum(terms, self.place)

    def _sum(self, terms: list[int], place: int) -> int:
        return terms[0] if len(terms) == 1 else self._add("add", tuple(terms), place)

    def _term(self) -> int:
        node = self._factor()
        while self.kind == "sign" and self.word in ("*", "/"):
            operation, place = ("multiply" if self.word == "*" else "divide"), self.place
            self._read()
            node = self._add(operation, (node, self._factor()), place)
        return node

    def _factor(self) -> int:
        place = self.place
        if self._take("-"):
            with_number = self.kind == "number"
            node = self._deeper(self._factor, place)
            made = self.nodes[node]
            if with_number and made.kind == "number":
                self.nodes[node] = Node("number", start=-made.start)
                return node
            return self._add("negative", (node,), place)
        if self._take("+"):
            return self._deeper(self._factor, place)
        return self._power()

    def _power(self) -> int:
        base = self._atom()
        place = self.place
        if not (self._take("^") or self._take("**")):
            return base
        exponent = self._deeper(self._factor, place)
        made = self.nodes[exponent]
        if made.kind == "number" and made.start == 2:
            return self._add("square", (base,), place)
        return self._add("power", (base, exponent), place)

    def _atom(self) -> int:
        kind, word, place = self.kind, self.word, self.place
        if kind == "number":
            self._read()
            return self._number(word, place)
        if kind == "name":
            self._read()
            if self.kind == "sign" and self.word == "(":
                return self._call(word, place)
            return self._variable(word, place)
        if self._take("("):
            return self._inside(place)
        if kind == "end":
            raise ExpressionError(place, "something is missing; go on with a number, a name or a bracket.")
        raise ExpressionError(
            place, f"“{word}” cannot stand here; a number, a name or a bracket comes first."
        )

    def _inside(self, place: int) -> int:
        """What stands between brackets, the first of which is at `place` and has been read."""
        node = self._deeper(self._expression, place)
        if self.kind == "end":
            raise ExpressionError(place, "this bracket is never closed; add a ).")
        if not self._take(")"):
            self._refuse_rest()
        return node

    def _call(self, name: str, place: int) -> int:
        if name.lower() not in FUNCTIONS:
            near = get_close_matches(name.lower(), FUNCTIONS, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FUNCTIONS)}."
            raise ExpressionError(place, f"“{name[:30]}” is not a function here; {hint}")
        bracket = self.place
        self._read()
        return self._add(name.lower(), (self._inside(bracket),), place)

    # Nodes.

    def _number(self, word: str, place: int) -> int:
        value = float(word)
        if value > LARGEST:
            raise ExpressionError(place, "this number is too large; stay below 1e300.")
        return self._append(Node("number", start=value), place)

    def _variable(self, name: str, place: int) -> int:
        self._check_name(name, place)
        if name not in self.named:
            n_free = sum(node.kind in ("input", "weight", "target") for node in self.nodes)
            start = STARTS[n_free % len(STARTS)]
            self.named[name] = self._append(Node(kind_of(name), name=name, start=start), place)
        return self.named[name]

    def _check_name(self, name: str, place: int) -> None:
        if name.lower() in FUNCTIONS:
            raise ExpressionError(place, f"“{name}” is a function; write {name}( ) with something inside.")
        if len(name) > MAX_NAME:
            raise ExpressionError(place, f"this name is too long; use at most {MAX_NAME} characters.")

    def _add(self, operation: str, parents: tuple[int, ...], place: int) -> int:
        return self._append(Node("operation", operation, parents), place)

    def _append(self, node: Node, place: int) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise ExpressionError(place, f"the graph has {MAX_NODES} nodes before this; write a smaller one.")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _deeper(self, rule: Callable[[], int], place: int) -> int:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(
                place, f"more than {MAX_DEPTH} brackets lie inside each other; name a part: h = …; and use h."
            )
        node = rule()
        self.depth -= 1
        return node

    def _refuse_rest(self) -> None:
        if self.word == ")":
            raise ExpressionError(self.place, "this bracket was never opened; remove it.")
        if self.word == "=":
            raise ExpressionError(
                self.place, "only a name can be given a value; write name = … and then a ;."
            )
        if self.kind == "sign":
            raise ExpressionError(self.place, f"“{self.word}” cannot stand here; remove it.")
        raise ExpressionError(
            self.place, f"an operator is missing before “{self.word[:30]}”; write * for times."
        )

    def _pruned(self, result: int) -> Graph:
        """Only what the result depends on, in an order with parents first."""
        needed, stack = {result}, [result]
        while stack:
            for parent in self.nodes[stack.pop()].parents:
                if parent not in needed:
                    needed.add(parent)
                    stack.append(parent)
        kept = sorted(needed)  # a node is made after its parents
        place = {node: at for at, node in enumerate(kept)}
        nodes = [self.nodes[node] for node in kept]
        graph = Graph(
            tuple(
                Node(node.kind, node.operation, tuple(place[p] for p in node.parents), node.name, node.start)
                for node in nodes
            )
        )
        if not graph.variables:
            raise ExpressionError(0, "there is nothing to change; use at least one name, such as w.")
        return graph
