// What a decision map shows, as rows of a table: a place of the plane and the answer there.

/** Rows, the first being the columns' names. */
export function mapTable(frame, facts, domain, classes, numeric) {
  const map = frame.array("map");
  const confidence = frame.array("map/confidence");
  const [rows, columns] = map.shape;
  const [x0, x1, y0, y1] = domain;
  const names = facts.get("axes", ["x", "y"]);
  const [low, high] = facts.get("value_range", [0, 1]);
  const last = numeric ? ["answer"] : confidence ? ["class", "confidence"] : [`probability of ${classes[1] ?? 1}`];
  const found = [[...names, ...last]];
  for (let k = 0; k < rows * columns; k += 1) {
    const [i, j] = [Math.floor(k / columns), k % columns];
    const share = map.data[k] / 255;
    const answer = confidence
      ? [classes[map.data[k]] ?? map.data[k], confidence.data[k] / 255]
      : [numeric ? low + share * (high - low) : share];
    found.push([x0 + (j / (columns - 1)) * (x1 - x0), y0 + (i / (rows - 1)) * (y1 - y0), ...answer]);
  }
  return found;
}
