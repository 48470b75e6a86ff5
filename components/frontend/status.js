// What the learner is told in words: the state line, what went wrong and what to do about it, and notes on the data.

import { element, iconButton, setText } from "./elements.js";

const PAUSED = {
  start: "Ready. Press Train, or the space bar.",
  rewind: "Back at the same first weights. Press Train to begin again.",
  learner: "Paused.",
  lease: "Paused, because nobody was watching. Press Train to go on.",
};

function ordinalPlace(place) {
  return place > 0 ? `Waiting for a free place: number ${place} in line.` : "Waiting for a free place.";
}

/** How long Train will take, to one digit: an estimate promises no more. */
function lengthOf(seconds) {
  if (!(seconds > 0)) return "";
  if (seconds >= 90) return ` A full run takes about ${Math.round(seconds / 60)} min.`;
  const rounded = seconds < 1 ? "less than 1 s" : `about ${Number(seconds.toPrecision(1))} s`;
  return ` A full run takes ${rounded}.`;
}

/** One sentence on how a run stands; before it begins, with the seconds it will take. */
export function sentenceOf(run, seconds) {
  if (!run) return "";
  if (run.goneSentence !== null) return run.goneSentence;
  const { state, sentence, place, reason } = run.state;
  if (sentence) return sentence;
  if (state === "queued") return ordinalPlace(place);
  if (state === "running") return "Training.";
  if (state === "paused") return (PAUSED[reason] ?? PAUSED.learner) + (reason === "start" ? lengthOf(seconds) : "");
  if (state === "ended") return "The run has ended.";
  return "";
}

export class Status {
  constructor(runAgain) {
    this.text = element("span", { className: "lv-state", role: "status" });
    this.link = element("span", { className: "lv-connection", text: "Reconnecting…", hidden: true });
    this.again = element("button", { type: "button", className: "lv-button lv-again", text: "Run again", hidden: true, on: { click: runAgain } });
    this.download = element("a", { className: "lv-download", text: "metrics.csv", title: "Every metric of every step of this run", hidden: true, download: "" });
    this.line = element("div", { className: "lv-status" }, this.text, this.again, this.link, this.download);
    this.notes = element("div", { className: "lv-notes" });
    this.notices = element("ul", { className: "lv-notices" });
    this.held = false;
    this.dismissed = new Set();
    this.trouble = "";
    this.waiting = ""; // for what, when no run can begin yet
    this.seconds = 0; // that a full run will take, as far as is known
  }

  /** run is what commands go to, shown the run on screen. */
  update(run, shown, starting) {
    const preparing = starting || (run && run !== shown);
    const words = this.trouble || this.waiting || (preparing && !(run && run.condition === "queued") ? "Preparing the network…" : sentenceOf(run, this.seconds));
    setText(this.text, words);
    this.text.classList.toggle("lv-trouble", this.trouble !== "");
    this.again.hidden = starting || !(run?.ended || (this.trouble !== "" && !run));
    this.link.hidden = !run?.broken;
    this.download.hidden = !(shown?.series.length > 1);
    if (shown && this.download.dataset.view !== shown.view) {
      this.download.dataset.view = shown.view;
      this.download.href = shown.metricsUrl;
    }
    this.showNotes(shown);
  }

  /** While something in the view is pressed, no note comes or goes: it would move the picture from under a stroke. */
  holdWhilePressed(root, released) {
    const release = () => {
      for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, release, true);
      this.held = false;
      released();
    };
    root.addEventListener("pointerdown", ({ button }) => {
      if (button !== 0) return; // a menu may swallow the release
      this.held = true;
      for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release, true);
    }, true);
  }

  showNotes(run) {
    if (this.held) return;
    const notes = (run?.notes ?? []).filter((note) => !this.dismissed.has(`${run.view} ${run.head.segment} ${note.name}`));
    const wanted = new Map(notes.map((note) => [`${run.view} ${note.name} ${note.title} ${note.cause}`, note]));
    for (const shown of [...this.notes.children]) if (!wanted.delete(shown.dataset.note)) shown.remove();
    for (const [key, note] of wanted) this.notes.append(this.note(run, note, key));
  }

  note(run, note, key) {
    const part = (name, text) => (text ? element("p", {}, element("strong", { text: name }), element("span", { text })) : null);
    const close = iconButton("close", "Dismiss this note", () => {
      this.dismissed.add(`${run.view} ${run.head.segment} ${note.name}`);
      this.showNotes(run);
    }, { className: "lv-tool" });
    const header = element("div", { className: "lv-header" }, element("h3", { className: "lv-note-title", text: note.title }), close);
    return element("div", { className: "lv-note", role: "alert", "data-note": key }, header, part("Why: ", note.cause), part("What helps: ", note.remedy));
  }

  forget() {
    this.notices.replaceChildren();
    this.notices.hidden = true;
  }

  learn(run) {
    const notices = run.facts.get("notices", []);
    this.notices.replaceChildren(...notices.map((text) => element("li", { text })));
    this.notices.hidden = notices.length === 0;
  }
}
