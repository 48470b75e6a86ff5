// The bar that drives a run: train and pause, step, epoch, stop, rewind, speed, the scrubber, and how fast it goes.

import { element, icon, iconButton, setText } from "./elements.js";
import { count, duration, epochs, number } from "./numbers.js";
import { Scrubber } from "./scrubber.js";

const SPEEDS = [null, 60, 10, 1]; // epochs per second

function readout(name, title) {
  const value = element("span", { className: "lv-readout-value", text: "–" });
  const made = element("div", { className: "lv-figure", title }, value, element("span", { className: "lv-readout-name", text: name }));
  return { made, value };
}

export class Transport {
  /** session is told what to do; scrub is the scrubber's listener. */
  constructor(session, scrub) {
    this.session = session;
    this.scrubber = new Scrubber(scrub);
    this.train = element("button", { type: "button", className: "lv-button lv-train", on: { click: () => this.toggle() } });
    this.trainIcons = { play: icon("play"), pause: icon("pause") };
    this.trainText = element("span");
    this.train.append(this.trainIcons.play, this.trainIcons.pause, this.trainText);
    this.step = iconButton("step", "One step", () => this.once("step"), { title: "One step: one batch (→)" });
    this.epoch = iconButton("epoch", "One epoch", () => this.once("epoch"), { title: "One epoch: every training point once" });
    this.stop = iconButton("stop", "Stop", () => this.end(), { title: "Stop this run for good (S)" });
    this.rewind = iconButton("rewind", "Rewind", () => this.back(), { title: "Rewind to the same initial weights (R)" });
    const actions = { train: this.train, step: this.step, epoch: this.epoch, stop: this.stop, rewind: this.rewind };
    for (const [name, button] of Object.entries(actions)) button.dataset.action = name;
    this.speed = element("select", { className: "lv-select", "aria-label": "Speed", title: "Training speed", on: { change: () => this.setSpeed() } },
      ...SPEEDS.map((_, i) => element("option", { value: i })));
    this.figures = {
      epoch: readout("epoch", "How often every training point has been seen"),
      steps: readout("steps/s", "Weight updates a second"),
      epochs: readout("epochs/s", "Epochs a second"),
      elapsed: readout("computing", "Time spent computing, without pauses and without waiting for the chosen speed"),
    };
    const buttons = element("div", { className: "lv-buttons" }, this.train, this.step, this.epoch, this.stop, this.rewind);
    const figures = element("div", { className: "lv-figures" }, ...Object.values(this.figures).map(({ made }) => made));
    this.element = element(
      "div",
      { className: "lv-bar", role: "toolbar", "aria-label": "Training controls" },
      element("div", { className: "lv-bar-row" }, buttons, this.speed, figures),
      this.scrubber.element,
    );
  }

  /** What an epoch is called here, and the speed to begin with, which the learner may have changed since. */
  tune(unit, speed) {
    if (this.unit === unit) return;
    this.unit = unit;
    SPEEDS.forEach((value, i) => setText(this.speed.options[i], value === null ? "full speed" : `${value} ${unit}${value === 1 ? "" : "s"}/s`));
    for (const [figure, text] of [["epoch", unit], ["epochs", `${unit}s/s`]]) setText(this.figures[figure].made.lastChild, text);
    if (unit !== "epoch") {
      this.step.title = "One step (→)";
      this.epoch.title = `One ${unit}`;
      this.epoch.setAttribute("aria-label", `One ${unit}`);
      this.rewind.title = "Rewind to the beginning (R)";
      for (const figure of ["epoch", "steps", "epochs"]) this.figures[figure].made.removeAttribute("title");
    }
    if (speed === null || this.session.speed !== null) return;
    this.speed.value = String(SPEEDS.indexOf(speed));
    this.session.speed = speed;
  }

  get playing() {
    const { session } = this;
    if (session.starting) return (session.request ?? session.posting).eager === true;
    const { run } = session;
    return Boolean(run) && !run.ended && run.wantsPlay;
  }

  toggle() {
    if (this.playing) this.session.pause();
    else {
      this.scrubber.release();
      this.session.play();
    }
  }

  get idle() {
    return !this.session.run || this.session.run.ended || this.session.starting;
  }

  once(action) {
    if (this.idle) return;
    this.scrubber.release();
    this.session.run.wantsPlay = false;
    this.session.command(action);
    this.session.on.changed("state", this.session.run);
  }

  end() {
    if (!this.stop.disabled) this.session.command("stop");
  }

  back() {
    this.scrubber.release();
    if (!this.session.run || this.session.run.ended) this.session.ask(true, 0);
    else if (!this.idle) this.session.command("rewind");
  }

  setSpeed() {
    this.session.setSpeed(SPEEDS[Number(this.speed.value)]);
  }

  /** run is what commands go to, frame what is on screen (an old one when scrubbing). */
  update(run, frame) {
    this.tune(this.session.data?.unit ?? "epoch", this.session.data?.speed ?? null);
    const { playing, idle } = this;
    const word = playing ? "Pause" : "Train";
    setText(this.trainText, word);
    this.train.setAttribute("aria-label", word);
    this.train.title = `${word} (space bar)`;
    this.trainIcons.play.style.display = playing ? "none" : "";
    this.trainIcons.pause.style.display = playing ? "" : "none";
    this.train.disabled = this.session.barred;
    this.step.disabled = idle;
    this.epoch.disabled = idle;
    this.stop.disabled = idle || !(run.frame?.step > 0 || run.wantsPlay);
    this.rewind.disabled = this.session.starting || !run || !(run.frame?.step > 0);
    this.scrubber.update(this.session.current ?? run);
    if (!frame) {
      for (const { value } of Object.values(this.figures)) setText(value, "–");
      return;
    }
    const rates = run && run.condition === "running" ? frame.rates : {};
    setText(this.figures.epoch.value, epochs(frame.epoch));
    setText(this.figures.steps.value, rates.steps > 0 ? count(rates.steps) : "–");
    setText(this.figures.epochs.value, rates.epochs > 0 ? number(rates.epochs) : "–");
    setText(this.figures.elapsed.value, duration(frame.seconds));
  }
}
