// The platform game on a canvas, made of simple shapes in the page's colours. Lengths of a state are in tiles.

import { fineness } from "./canvas.js";
import { channels, css, mix } from "./colour.js";
import { BLOCK, BRICK, COIN, FLAG, GROUND, PLATFORMS, START, WALKER } from "./platformer_level.js";

const [HERO_WIDE, HERO_TALL] = [0.75, 0.875];
const WALKER_WIDE = 0.75; // width and height in its cell
const AHEAD = 0.38; // the hero stands at this share of the picture's width, so that more is seen of what comes
const TURN = Math.PI * 2;

/** The colours of the game on this page, mixed once for each theme. */
function paintsOf(colours) {
  if (kept?.key === colours.key) return kept.paints;
  const { background, text, categories, dark } = colours;
  const toward = (colour, share) => css(mix(background, channels(colour), share));
  const shade = (share) => css(mix(background, text, share));
  const paints = {
    sky: toward(categories[0], dark ? 0.1 : 0.08),
    hill: toward(categories[0], dark ? 0.16 : 0.14),
    earth: shade(dark ? 0.24 : 0.2),
    crumb: shade(dark ? 0.32 : 0.28),
    grass: categories[2],
    brick: toward(categories[1], dark ? 0.62 : 0.72),
    joint: toward(categories[1], dark ? 0.38 : 0.42),
    coin: categories[4],
    coinRim: toward(categories[4], 0.55),
    block: toward(categories[4], 0.8),
    used: shade(0.4),
    platform: shade(0.62),
    bolt: shade(0.3),
    walker: categories[3],
    hero: categories[0],
    heroDark: css(mix(channels(categories[0]), text, 0.45)),
    skin: css(background),
    ink: css(text),
    flag: categories[1],
    pole: shade(0.6),
  };
  kept = { key: colours.key, paints };
  return paints;
}

let kept = null;

/**
 * Where a level lies in a box: the side of a tile, the first column seen, and a way from tiles to pixels. It follows a hero
 * at x, unless the first column is given. whole: with the empty rows at the top that nobody gets to.
 */
export function camera(box, stage, x, { from: first = null, whole = false } = {}) {
  const ratio = fineness();
  const side = Math.max(1, Math.floor((box.h / (stage.height - (whole ? 0 : stage.ceiling))) * ratio)) / ratio;
  const columns = box.w / side;
  const wanted = first ?? x + HERO_WIDE / 2 - columns * AHEAD;
  const from = stage.width <= columns ? (stage.width - columns) / 2 : Math.min(stage.width - columns, Math.max(0, wanted));
  const snap = (pixels) => Math.round(pixels * ratio) / ratio; // edges on whole pixels of the screen: crisp
  const [left, top] = [snap(box.x - from * side), box.y + box.h - stage.height * side];
  return { side, from, columns, left, top, px: (tiles) => left + tiles * side, py: (tiles) => top + tiles * side };
}

/**
 * Draw a game into a box {x, y, w, h}.
 *
 * state: {x, y: left and top of the hero; facing, ground, over, tick; walkers [[left, row]], platforms [[left, top, width]],
 * taken [booleans by stage.items]}. ghosts: [{x, y, facing, colour}], half transparent. under(context, view): drawn between
 * the level and what moves. from: the first column to see, instead of following the hero. Returns the camera that was used.
 */
export function drawGame(context, box, stage, state, colours, { ghosts = [], under = null, from = null, whole = false, hero = true } = {}) {
  const paints = paintsOf(colours);
  const view = camera(box, stage, state.x, { from, whole });
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.w, box.h);
  context.clip();
  drawSky(context, box, view, stage, paints);
  drawTiles(context, view, stage, state.taken, paints);
  if (under) under(context, view);
  for (const [left, top, width] of state.platforms ?? stage.platformsAt(state.tick ?? 0)) drawPlatform(context, view, left, top, width, paints);
  for (const [left, row] of state.walkers ?? stage.walkersAt(state.tick ?? 0)) if (Number.isFinite(left)) drawWalker(context, view, left, row, state.tick ?? 0, paints);
  for (const ghost of ghosts) {
    context.globalAlpha = ghost.opacity ?? 0.45;
    drawHero(context, view, ghost, { ...paints, hero: ghost.colour ?? paints.ink });
    context.globalAlpha = 1;
  }
  if (hero) drawHero(context, view, state, paints);
  context.restore();
  return view;
}

function drawSky(context, box, view, stage, paints) {
  context.fillStyle = paints.sky;
  context.fillRect(box.x, box.y, box.w, box.h);
  context.fillStyle = paints.hill;
  const { side } = view;
  const base = view.py(stage.height);
  // Hills far away move half as fast as the level.
  const shift = (view.left - box.x) * 0.5;
  const every = side * 13;
  for (let at = (shift % every) - every; at < box.w + every; at += every) {
    context.beginPath();
    context.ellipse(box.x + at, base, side * 5.2, side * Math.min(7, stage.height * 0.5), 0, Math.PI, TURN);
    context.ellipse(box.x + at + side * 6.5, base, side * 3.6, side * Math.min(5, stage.height * 0.36), 0, Math.PI, TURN);
    context.fill();
  }
}

function drawTiles(context, view, stage, taken, paints) {
  const { side, px, py } = view;
  const [first, last] = [Math.max(0, Math.floor(view.from)), Math.min(stage.width, Math.ceil(view.from + view.columns))];
  context.fillStyle = paints.earth;
  for (const [column, row, length] of stage.ground) {
    const [from, to] = [Math.max(first, column), Math.min(last, column + length)];
    if (from < to) context.fillRect(px(from), py(row), (to - from) * side, side);
  }
  for (let row = 0; row < stage.height; row += 1) {
    for (let column = first; column < last; column += 1) {
      const letter = stage.rows[row][column];
      if (letter === GROUND) drawGround(context, view, column, row, stage.at(column, row - 1) !== GROUND, paints);
      else if (letter === BRICK) drawBrick(context, px(column), py(row), side, paints);
      else if (letter === BLOCK) drawBlock(context, px(column), py(row), side, taken?.[stage.itemAt.get(row * stage.width + column)], paints);
      else if (letter === COIN && !taken?.[stage.itemAt.get(row * stage.width + column)]) drawCoin(context, px(column), py(row), side, paints);
    }
  }
  if (stage.flag) drawFlag(context, view, stage.flag, paints);
}

function drawGround(context, { side, px, py }, column, row, bare, paints) {
  const [x, y] = [px(column), py(row)];
  context.fillStyle = paints.crumb;
  const spot = (column * 7 + row * 13) % 5;
  context.fillRect(x + side * (0.18 + 0.12 * spot), y + side * (bare ? 0.55 : 0.3 + 0.1 * spot), side * 0.16, side * 0.12);
  if (!bare) return;
  context.fillStyle = paints.grass;
  context.fillRect(x, y, side, Math.max(2, side * 0.2));
}

function drawBrick(context, x, y, side, paints) {
  context.fillStyle = paints.brick;
  context.fillRect(x, y, side, side);
  context.fillStyle = paints.joint;
  const thin = Math.max(1, side * 0.07);
  context.fillRect(x, y + side * 0.5 - thin / 2, side, thin);
  context.fillRect(x, y + side - thin, side, thin);
  context.fillRect(x + side * 0.3, y, thin, side * 0.5);
  context.fillRect(x + side * 0.72, y + side * 0.5, thin, side * 0.5);
}

function drawBlock(context, x, y, side, used, paints) {
  const edge = Math.max(1, side * 0.09);
  context.fillStyle = used ? paints.used : paints.coinRim;
  context.fillRect(x, y, side, side);
  if (used) return;
  context.fillStyle = paints.block;
  context.fillRect(x + edge, y + edge, side - 2 * edge, side - 2 * edge);
  context.fillStyle = paints.ink;
  const dot = side * 0.14;
  context.beginPath();
  context.moveTo(x + side / 2, y + side * 0.24);
  context.lineTo(x + side / 2 + 1.7 * dot, y + side / 2);
  context.lineTo(x + side / 2, y + side * 0.76);
  context.lineTo(x + side / 2 - 1.7 * dot, y + side / 2);
  context.fill();
}

function drawCoin(context, x, y, side, paints) {
  context.beginPath();
  context.ellipse(x + side / 2, y + side / 2, side * 0.24, side * 0.32, 0, 0, TURN);
  context.fillStyle = paints.coin;
  context.fill();
  context.lineWidth = Math.max(1, side * 0.08);
  context.strokeStyle = paints.coinRim;
  context.stroke();
}

function drawFlag(context, { side, px, py }, [column, row], paints) {
  const [x, top, bottom] = [px(column + 0.5), py(Math.max(0, row - 3)), py(row + 1)];
  context.fillStyle = paints.pole;
  context.fillRect(x - side * 0.06, top, side * 0.12, bottom - top);
  context.fillRect(x - side * 0.3, bottom - side * 0.16, side * 0.6, side * 0.16);
  context.fillStyle = paints.flag;
  context.beginPath();
  context.moveTo(x + side * 0.06, top + side * 0.08);
  context.lineTo(x + side * 1.2, top + side * 0.55);
  context.lineTo(x + side * 0.06, top + side * 1.02);
  context.fill();
}

function drawPlatform(context, { side, px, py }, left, top, width, paints) {
  if (!Number.isFinite(left)) return;
  const [x, y, wide, tall] = [px(left), py(top), width * side, side * 0.45];
  context.fillStyle = paints.platform;
  context.beginPath();
  context.roundRect(x, y, wide, tall, side * 0.12);
  context.fill();
  context.fillStyle = paints.bolt;
  for (let i = 0; i < width; i += 1) context.fillRect(x + side * (i + 0.44), y + side * 0.16, side * 0.12, side * 0.12);
}

/** A beetle: a dome with a seam, a head in front, and feet that take turns. */
function drawWalker(context, { side, px, py }, left, row, tick, paints) {
  const [x, bottom, wide] = [px(left + (1 - WALKER_WIDE) / 2), py(row + 1), WALKER_WIDE * side];
  const turn = Math.floor(tick / 8) % 2;
  context.fillStyle = paints.ink;
  for (const [k, share] of [0.12, 0.42, 0.72].entries()) context.fillRect(x + wide * share, bottom - side * ((k + turn) % 2 ? 0.12 : 0.17), wide * 0.16, side * 0.12);
  context.beginPath();
  context.arc(x + wide * 0.12, bottom - side * 0.26, wide * 0.17, 0, TURN);
  context.fill();
  context.fillStyle = paints.walker;
  context.beginPath();
  context.ellipse(x + wide * 0.54, bottom - side * 0.13, wide * 0.46, side * 0.6, 0, Math.PI, TURN);
  context.fill();
  context.strokeStyle = paints.ink;
  context.lineWidth = Math.max(1, side * 0.05);
  context.beginPath();
  context.ellipse(x + wide * 0.54, bottom - side * 0.13, wide * 0.14, side * 0.6, 0, Math.PI, TURN);
  context.stroke();
  context.fillStyle = paints.skin;
  context.beginPath();
  context.arc(x + wide * 0.08, bottom - side * 0.29, wide * 0.06, 0, TURN);
  context.fill();
}

/** A rounded figure with a visor towards where it faces; its feet stride with the place, and it lies down when it is lost. */
function drawHero(context, { side, px, py }, { x, y, facing = 1, over = 0, ground = true }, paints) {
  const [left, top, wide, tall] = [px(x), py(y), HERO_WIDE * side, HERO_TALL * side];
  const lost = over === 1 || over === 2;
  context.save();
  context.translate(left + wide / 2, top + tall / 2);
  if (lost) context.rotate(Math.PI / 2);
  if (facing < 0) context.scale(-1, 1);
  const stride = ground ? Math.sin(x * 2.6) * 0.14 : 0.1;
  context.fillStyle = paints.heroDark;
  context.fillRect(-wide * (0.34 + stride), tall * 0.3, wide * 0.28, tall * 0.2);
  context.fillRect(wide * (0.06 + stride), tall * 0.3, wide * 0.28, tall * (ground ? 0.2 : 0.14));
  context.fillStyle = paints.hero;
  context.beginPath();
  context.roundRect(-wide / 2, -tall / 2, wide, tall * 0.86, wide * 0.34);
  context.fill();
  context.fillStyle = paints.skin;
  context.beginPath();
  context.roundRect(-wide * 0.08, -tall * 0.32, wide * 0.52, tall * 0.26, wide * 0.12);
  context.fill();
  context.fillStyle = paints.ink;
  context.fillRect(wide * 0.18, -tall * 0.27, wide * 0.12, tall * 0.16);
  context.restore();
}

/** One tile as a picture for a button: a small level of a single cell. */
export function drawLetter(context, size, letter, colours) {
  const paints = paintsOf(colours);
  const view = { side: size, px: (x) => x * size, py: (y) => y * size };
  context.fillStyle = paints.sky;
  context.fillRect(0, 0, size, size);
  if (letter === GROUND) {
    context.fillStyle = paints.earth;
    context.fillRect(0, 0, size, size);
    drawGround(context, view, 0, 0, true, paints);
  } else if (letter === BRICK) drawBrick(context, 0, 0, size, paints);
  else if (letter === BLOCK) drawBlock(context, 0, 0, size, false, paints);
  else if (letter === COIN) drawCoin(context, 0, 0, size, paints);
  else if (letter === WALKER) drawWalker(context, view, 0, 0, 0, paints);
  else if (letter === START) drawHero(context, view, { x: 0.125, y: 0.125 }, paints);
  else if (letter === FLAG) drawFlag(context, { side: size * 0.5, px: (x) => (x + 0.3) * size * 0.5, py: (y) => (y + 1) * size * 0.5 }, [0, 0], paints);
  else if (PLATFORMS.includes(letter)) {
    drawPlatform(context, view, 0, 0.1, 1, paints);
    context.fillStyle = paints.ink;
    arrows(context, size, letter === "v");
  }
}

/** Two arrow heads that say which way a platform moves. */
function arrows(context, size, upright) {
  context.save();
  context.translate(size / 2, size * 0.78);
  if (upright) context.rotate(Math.PI / 2);
  for (const way of [-1, 1]) {
    context.beginPath();
    context.moveTo(way * size * (upright ? 0.2 : 0.34), 0);
    context.lineTo(way * size * (upright ? 0.05 : 0.14), -size * 0.13);
    context.lineTo(way * size * (upright ? 0.05 : 0.14), size * 0.13);
    context.fill();
  }
  context.restore();
}
