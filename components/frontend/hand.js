// The hand on a slider of the page, or on a button for layers. Streamlit tells its script of a slider when the browser has
// drawn it, and of one that is dragged when it is let go; after a button it draws the page first. The server is told sooner, and
// what follows the slider follows the hand (components/hand.py).

import { moved } from "./control.js";

const SLIDER = ".stSlider";
const INPUT = "input[type=range]";
const LAYERS = /^([\w-]+)--(Add|Remove)-layer$/; // keys of the buttons for layers (components/setting_widget.py)
const PICTURE_MS = 1000; // longest wait for a picture before the next one is asked for: a busy server is asked for less

let told = null; // {base, id, layers} of the newest view: whom to tell, and what the buttons for layers lead to
let held = null; // {input, name} of the slider that was touched last
let waiting = null; // the newest position while another is on its way, or its picture
let all = null; // kept when there is nothing more to tell
let hurry = () => {}; // no longer waits for a picture

const observer = new MutationObserver(() => say({ name: held.name, position: Number(held.input.value) }));

/** From now on, the hand's moves are told to this one. layers: {name of the setting, words on a button → what it leads to}. */
export function follow(base, id, layers) {
  if (told === null) {
    document.addEventListener("pointerdown", grasp, { capture: true, passive: true });
    document.addEventListener("keydown", grasp, { capture: true, passive: true });
    document.addEventListener("click", press, { capture: true, passive: true });
  }
  told = { base, id, layers };
}

/** A promise for the moment when everything that the hand has done so far is told, at once; null if it is. */
export function settled() {
  hurry();
  return all;
}

/** Wherever this slider goes from now on is told. If it is not the hand that moves it, the page knows already. */
function grasp(event) {
  const slider = event.target.closest?.(SLIDER);
  const name = keyOf(slider);
  const input = slider?.querySelector(INPUT);
  if (!name || !input || held?.input === input) return;
  observer.disconnect();
  observer.observe(input, { attributes: true, attributeFilter: ["value"] });
  held = { input, name };
}

/** The key of a widget, as Streamlit writes it into a class. */
function keyOf(widget) {
  return widget?.closest("[class*=st-key-]")?.className.match(/\bst-key-([\w-]+)/)?.[1];
}

function press(event) {
  const [, name, which] = keyOf(event.target.closest?.(".stButton"))?.match(LAYERS) ?? [];
  if (name && name === told.layers.name) sayLayers(told.layers[`${which} layer`]);
}

/** The learner wants these layers ("8-4", "" for none); undefined says nothing. */
export function sayLayers(text) {
  if (text !== undefined && told?.layers.name) say({ name: told.layers.name, position: text });
}

function say(what) {
  waiting = what;
  all ??= tellAll().finally(() => { all = null; });
}

async function tellAll() {
  while (waiting) {
    const { name, position } = waiting;
    waiting = null;
    try {
      const shown = picture();
      const answer = await moved(told.base, told.id, name, position);
      if (answer.picture) await shown;
    } catch {
      // Then the page's script begins it, as it hears of the slider anyhow, and tells the learner what went wrong.
    }
  }
}

/** The next frame that is drawn, or the end of patience. */
function picture() {
  return new Promise((then) => {
    document.addEventListener("playground:frame", then, { once: true });
    hurry = then;
    setTimeout(then, PICTURE_MS);
  });
}
