// What was not drawn follows what was (components/follow.py): mounted in each part of the page, it takes no room (live.css).

const DUE = "playground:due";
const HAND = ["pointerdown", "keydown"];
const LOOK_MS = 50; // between two looks at whether the page is still being drawn

/**
 * data: {name: of the part that this stands in, then: the part that is to be drawn next, or "", rest: milliseconds to wait for
 * the hand, picture: milliseconds to wait for a picture of a live view before that, if it is worth waiting for}
 */
export function show({ data, parentElement, setTriggerValue }) {
  parentElement.unfollow?.();
  const due = ({ detail }) => {
    if (!parentElement.isConnected) parentElement.unfollow();
    else if (detail === data.name) setTriggerValue("due", true);
  };
  const tell = () => parentElement.isConnected && document.dispatchEvent(new CustomEvent(DUE, { detail: data.then }));
  document.addEventListener(DUE, due);
  const callOff = data.then ? after(data, tell) : () => {};
  parentElement.unfollow = () => {
    document.removeEventListener(DUE, due);
    callOff();
  };
  return () => {};
}

/**
 * Calls `then` after the rest, or the picture and the rest; returns what calls that off. A click or a key begins the rest anew: a
 * script that is interrupted by the next one has not told the browser yet what it has set, and the browser would take it back.
 */
function after({ rest, picture }, then) {
  let wait = picture + rest;
  let timer = null;
  const anew = () => {
    clearTimeout(timer);
    timer = setTimeout(due, wait);
  };
  const drawn = () => {
    document.removeEventListener("playground:frame", drawn);
    wait = rest;
    anew();
  };
  const callOff = () => {
    clearTimeout(timer);
    document.removeEventListener("playground:frame", drawn);
    for (const kind of HAND) document.removeEventListener(kind, anew, { capture: true });
  };
  const due = () => {
    if (drawing()) {
      timer = setTimeout(due, LOOK_MS);
      return;
    }
    callOff();
    then();
  };
  if (picture) document.addEventListener("playground:frame", drawn);
  for (const kind of HAND) document.addEventListener(kind, anew, { capture: true, passive: true });
  anew();
  return callOff;
}

/** Whether a script of the page is at work, as far as Streamlit shows it. */
function drawing() {
  const state = document.querySelector("[data-test-script-state]")?.dataset.testScriptState;
  return state === "running" || state === "rerunRequested";
}
