// The game of models/cartpole_game.py, for playing it by hand: the same equations, the same limits.

export const TAU = 0.02; // seconds in a step
export const X_LIMIT = 2.4; // m
export const ANGLE_LIMIT = (12 * 2 * Math.PI) / 360; // rad
export const MAX_STEPS = 500;
const [CART_MASS, POLE_MASS] = [1, 0.1]; // kg

/** The state [x, ẋ, θ, θ̇] one step later; action 0 pushes left, 1 right. */
export function step([x, xDot, theta, thetaDot], action, { gravity, poleLength, force }) {
  const half = poleLength / 2;
  const mass = CART_MASS + POLE_MASS;
  const push = action === 1 ? force : -force;
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const u = (push + POLE_MASS * half * thetaDot * thetaDot * sin) / mass;
  const turning = (gravity * sin - cos * u) / (half * (4 / 3 - (POLE_MASS * cos * cos) / mass));
  const moving = u - (POLE_MASS * half * turning * cos) / mass;
  return [x + TAU * xDot, xDot + TAU * moving, theta + TAU * thetaDot, thetaDot + TAU * turning];
}

/** Why the episode is over in this state: "leans", "left the track", or "" while it goes on. */
export function fallen([x, , theta]) {
  if (Math.abs(theta) > ANGLE_LIMIT) return "leans";
  return Math.abs(x) > X_LIMIT ? "left the track" : "";
}
