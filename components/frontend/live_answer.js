// Show the trained network something: the camera, a picture file, a test picture or a drawing; it answers at once, in the browser.

import { DrawPicture } from "./draw_picture.js";
import { element, setText } from "./elements.js";

const EVERY_MS = 100; // between two looks through the camera
const FINE = 224; // pixels of the sheet, as in draw_picture.js

export class LiveAnswer extends DrawPicture {
  constructor(spec, view) {
    super(spec, view);
    this.element.classList.add("lv-wide");
    this.video = element("video", { muted: true, playsInline: true });
    this.file = element("input", { type: "file", accept: "image/*", hidden: true, on: { change: () => this.chosen(this.file.files[0]) } });
    const button = (text, click) => element("button", { type: "button", className: "lv-button", text, on: { click } });
    this.cameraButton = button("Use the camera", () => (this.stream ? this.stopCamera() : this.startCamera()));
    this.fileButton = button("Choose a picture", () => this.file.click());
    const test = button("Take the chosen test picture", () => this.takeTest());
    this.trouble = element("p", { className: "lv-hint", role: "alert" });
    this.body.prepend(element("div", { className: "lv-below" }, this.cameraButton, this.fileButton, test, this.file), this.trouble);
  }

  /** The small network of the lesson, in the words of models.cnn. */
  get architecture() {
    return { channels: this.run.head.config.channels, kernels: [3], strides: [1], padding: "same", batch_norm: true, activation: "relu", pooling: "max" };
  }

  learn(run) {
    const { names = [] } = this;
    super.learn(run);
    if (run === this.known) this.names = names; // which classes, the frame decides
    this.known = run;
    const colour = this.channels === 3;
    this.cameraButton.hidden = !colour;
    this.fileButton.hidden = !colour;
  }

  draw(run, frame) {
    const names = run.facts.get(this.isSecond(frame) ? "class_names" : "first_names", []);
    if (names.join("\n") !== this.names.join("\n")) {
      Object.assign(this, { names, tensors: null, loaded: null }); // another head: its answers are not those of these classes
      this.rows();
    }
    super.draw(run, frame);
  }

  /** Whether the run has begun with the second task at this frame. */
  isSecond(frame) {
    return Number.isFinite(frame.metrics["accuracy/test"]);
  }

  renew() {
    super.renew();
    if (this.tensors) setText(this.hint, `${this.isSecond(this.frame) ? "The fine-tuned network of the first repetition" : "The network of the first task"}, as it was at step ${this.step}.`);
  }

  // What it is shown.

  put(picture, width, height) {
    const side = Math.min(width, height);
    this.pen.imageSmoothingEnabled = side > FINE / 4;
    this.pen.drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, FINE, FINE);
    this.strokes = 1;
    this.show();
    this.answer();
  }

  async chosen(file) {
    this.stopCamera();
    if (!file) return;
    this.file.value = "";
    const picture = await createImageBitmap(file).catch(() => null);
    setText(this.trouble, picture ? "" : "This file is not a picture that the browser can read: take a PNG or JPEG file.");
    if (picture) this.put(picture, picture.width, picture.height);
  }

  takeTest() {
    this.stopCamera();
    const { data, shape: [, height, width, depth = 1] } = this.run.facts.array("pictures/test");
    const from = this.run.facts.get("chosen", 0) * height * width * depth;
    this.small.paint(width, height, (rgba, row, column, at) => {
      for (let k = 0; k < 3; k += 1) rgba[at + k] = data[from + (row * width + column) * depth + (depth === 3 ? k : 0)];
    });
    this.put(this.small.canvas, width, height);
  }

  async startCamera() {
    setText(this.trouble, "");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: 480, facingMode: "environment" } });
    } catch {
      setText(this.trouble, "No camera may be used here: allow it in the browser, or choose a picture. Only pages from this computer or with https may use one.");
      return;
    }
    setText(this.cameraButton, "Stop the camera");
    this.video.srcObject = this.stream;
    await this.video.play().catch(() => null);
    this.looking = setInterval(() => {
      if (this.video.videoWidth > 0) this.put(this.video, this.video.videoWidth, this.video.videoHeight);
    }, EVERY_MS);
  }

  stopCamera() {
    clearInterval(this.looking);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    setText(this.cameraButton, "Use the camera");
  }

  clear() {
    this.stopCamera();
    super.clear();
  }

  close() {
    this.stopCamera();
    super.close();
  }
}
