// The rest of the page follows a part of it (components/follow.py): mounted in that part, it takes no room.

/** data: {late: whether only the part has been drawn, rest: milliseconds to wait for the hand} */
export function show({ data, parentElement, setTriggerValue }) {
  clearTimeout(parentElement.following);
  parentElement.closest("[data-testid=stElementContainer]")?.style.setProperty("display", "none");
  if (data.late) parentElement.following = setTimeout(() => parentElement.isConnected && setTriggerValue("rested", true), data.rest);
  return () => {};
}
