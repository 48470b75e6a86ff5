// Keyboard shortcuts: space, →, R and S. They belong to the view last touched, and never to somebody who is typing.

const views = new Set();
let active = null;

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const WIDGETS = "[role=slider], [role=tab], [role=radio], [role=combobox], [role=listbox], [role=option], [role=menu], [role=menuitem], [role=dialog], [role=textbox], [role=spinbutton]";
const PRESSED_BY_SPACE = "button, a[href], summary, [role=button], [role=switch], [role=checkbox], video, audio";

function taken(event) {
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (target.closest("[data-keys=all]")) return true; // a game that is played by keys
  if (target.closest(TYPING) || target.closest(WIDGETS) || target.isContentEditable) return true;
  if (event.key === " ") return Boolean(target.closest(PRESSED_BY_SPACE));
  return event.key === "ArrowRight" && Boolean(target.closest("[data-keys=own]"));
}

/** Until one is touched, the keys belong to the view that stands first. */
function firstOnPage() {
  const before = (a, b) => a.root.compareDocumentPosition(b.root) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [...views].reduce((first, view) => (before(first, view) ? first : view));
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented || taken(event)) return;
  const view = active && views.has(active) ? active : firstOnPage();
  const action = view?.keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  // The page around us has its own R (rerun); while a live view is there the key means rewind.
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat || event.key === "ArrowRight") action();
}

/** Listen for a view: keys maps a key to what it does. Returns the function that stops it. */
export function listen(root, keys) {
  const view = { root, keys };
  const touch = () => {
    active = view;
  };
  if (views.size === 0) window.addEventListener("keydown", pressed, true);
  views.add(view);
  root.addEventListener("pointerdown", touch);
  root.addEventListener("focusin", touch);
  return () => {
    views.delete(view);
    root.removeEventListener("pointerdown", touch);
    root.removeEventListener("focusin", touch);
    if (views.size === 0) window.removeEventListener("keydown", pressed, true);
  };
}
