// What was not drawn follows what was (components/follow.py): mounted in each part of the page, it takes no room (live.css).

const DUE = "playground:due";

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

/** Calls `then` after the rest, or the picture and the rest; returns what calls that off. */
function after({ rest, picture }, then) {
  let timer = setTimeout(then, picture + rest);
  const drawn = () => {
    document.removeEventListener("playground:frame", drawn);
    clearTimeout(timer);
    timer = setTimeout(then, rest);
  };
  if (picture) document.addEventListener("playground:frame", drawn);
  return () => {
    document.removeEventListener("playground:frame", drawn);
    clearTimeout(timer);
  };
}
