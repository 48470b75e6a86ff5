// The kinds of panel that a page can ask for, as components/panels.py names them: the module that draws each, and its class.

const KINDS = {
  network: ["./diagram.js", "Diagram"],
  decision_map: ["./map.js", "DecisionMap"],
  chart: ["./chart.js", "Chart"],
  confusion: ["./confusion.js", "Confusion"],
  neuron: ["./neuron.js", "Neuron"],
  scores: ["./scores.js", "Scores"],
  figure: ["./figure.js", "Figure"],
  layer_histogram: ["./layer_histogram.js", "LayerHistogram"],
  images: ["./images.js", "Images"],
  draw_picture: ["./draw_picture.js", "DrawPicture"],
  live_answer: ["./live_answer.js", "LiveAnswer"],
  feature_maps: ["./feature_maps.js", "FeatureMaps"],
  picture_strip: ["./picture_strip.js", "PictureStrip"],
  maps: ["./maps.js", "Maps"],
  attributions: ["./attributions.js", "Attributions"],
  cartpole: ["./cartpole.js", "CartPole"],
  lunar_lander: ["./lunar_lander.js", "LunarLander"],
  gridworld: ["./gridworld.js", "Gridworld"],
  cell_update: ["./cell_update.js", "CellUpdate"],
  platformer: ["./platformer.js", "Platformer"],
  platformer_deaths: ["./platformer_deaths.js", "PlatformerDeaths"],
  text: ["./text.js", "Text"],
  group: ["./group.js", "Group"],
};

const loaded = new Map();
const kindsIn = (panels) => panels.flatMap((panel) => [panel.kind, ...kindsIn(panel.panels ?? [])]);

/** Loads what draws these panels and those within them, and nothing else: a lesson has a fifth of the kinds. */
export function loadKinds(panels) {
  const missing = [...new Set(kindsIn(panels))].filter((kind) => Object.hasOwn(KINDS, kind) && !loaded.has(kind));
  return Promise.all(missing.map(async (kind) => {
    const [module, name] = KINDS[kind];
    loaded.set(kind, (await import(module))[name]);
  }));
}

/** The class that draws a kind of panel, once it is loaded; undefined for a kind that is not known here. */
export function drawnBy(kind) {
  return loaded.get(kind);
}
