// The kinds of panel that a page can ask for, as components/panels.py names them.

import { Chart } from "./chart.js";
import { Confusion } from "./confusion.js";
import { Diagram } from "./diagram.js";
import { Figure } from "./figure.js";
import { Group } from "./group.js";
import { Images } from "./images.js";
import { DecisionMap } from "./map.js";
import { Scores } from "./scores.js";
import { Text } from "./text.js";

export const KINDS = {
  network: Diagram,
  decision_map: DecisionMap,
  chart: Chart,
  confusion: Confusion,
  scores: Scores,
  figure: Figure,
  images: Images,
  text: Text,
  group: Group,
};
