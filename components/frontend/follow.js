// What was not drawn follows what was (components/follow.py): mounted in the part that was drawn, it takes no room (live.css).

/**
 * data: {late: whether only the part has been drawn, rest: milliseconds to wait for the hand, picture: milliseconds to wait
 * for a picture of a live view before that, if it is worth waiting for}
 */
export function show({ data, parentElement, setTriggerValue }) {
  parentElement.unfollow?.();
  if (data.late) parentElement.unfollow = follow(data, () => parentElement.isConnected && setTriggerValue("rested", true));
  return () => {};
}

/** Calls `then` after the rest, or the picture and the rest; returns what calls that off. */
function follow({ rest, picture }, then) {
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
