// Saving what is on screen: pictures as PNG, numbers as CSV.

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export function fileName(title, run, extension) {
  const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "picture";
  return `${words}-step-${run?.frame?.step ?? 0}.${extension}`;
}

/** One CSV cell. Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers. */
export function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** rows: lists of cells, the first being the column names. */
export function saveTable(rows, name) {
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  save(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv;charset=utf-8" }), name);
}

/** Canvases laid over each other as they are on screen, on the page's background. */
export function savePicture(canvases, background, name) {
  const joined = document.createElement("canvas");
  joined.width = Math.max(...canvases.map((canvas) => canvas.width));
  joined.height = Math.max(...canvases.map((canvas) => canvas.height));
  const context = joined.getContext("2d");
  context.fillStyle = background;
  context.fillRect(0, 0, joined.width, joined.height);
  for (const canvas of canvases) context.drawImage(canvas, 0, 0);
  joined.toBlob((blob) => blob && save(blob, name), "image/png");
}
