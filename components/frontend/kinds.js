// The kinds of panel that a page can ask for, as components/panels.py names them.

import { Attributions } from "./attributions.js";
import { CartPole } from "./cartpole.js";
import { CellUpdate } from "./cell_update.js";
import { Chart } from "./chart.js";
import { Confusion } from "./confusion.js";
import { Diagram } from "./diagram.js";
import { DrawPicture } from "./draw_picture.js";
import { FeatureMaps } from "./feature_maps.js";
import { Figure } from "./figure.js";
import { Gridworld } from "./gridworld.js";
import { Group } from "./group.js";
import { Images } from "./images.js";
import { LayerHistogram } from "./layer_histogram.js";
import { LiveAnswer } from "./live_answer.js";
import { LunarLander } from "./lunar_lander.js";
import { DecisionMap } from "./map.js";
import { Maps } from "./maps.js";
import { PictureStrip } from "./picture_strip.js";
import { Neuron } from "./neuron.js";
import { Platformer } from "./platformer.js";
import { PlatformerDeaths } from "./platformer_deaths.js";
import { Scores } from "./scores.js";
import { Text } from "./text.js";

export const KINDS = {
  network: Diagram,
  decision_map: DecisionMap,
  chart: Chart,
  confusion: Confusion,
  neuron: Neuron,
  scores: Scores,
  figure: Figure,
  layer_histogram: LayerHistogram,
  images: Images,
  draw_picture: DrawPicture,
  live_answer: LiveAnswer,
  feature_maps: FeatureMaps,
  picture_strip: PictureStrip,
  maps: Maps,
  attributions: Attributions,
  cartpole: CartPole,
  lunar_lander: LunarLander,
  gridworld: Gridworld,
  cell_update: CellUpdate,
  platformer: Platformer,
  platformer_deaths: PlatformerDeaths,
  text: Text,
  group: Group,
};
