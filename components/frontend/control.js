// Requests that change a run, and what sketches ask. A refusal carries the server's one sentence, shown to the learner as it is.

export class Refusal extends Error {
  constructor(sentence, status = 0) {
    super(sentence);
    this.status = status;
  }
}

async function post(url, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refusal("The server cannot be reached. Check the connection and try again.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(answer.error ?? `The server refused (${response.status}). Try again.`, response.status);
  return answer;
}

/** {view, control, id, state} of a new run; paused means a preview: the untrained network, then waiting. */
export function start(base, spec, paused) {
  return post(`${base}/runs`, { spec, paused });
}

export function act(base, control, action, more = {}) {
  return post(`${base}/runs/${encodeURIComponent(control)}`, { action, ...more });
}

/** What Python answers to a question (server/asked.py). */
export function ask(base, question, told) {
  return post(`${base}/ask/${question}`, told);
}

/** Where a slider of the page stands (components/hand.py): {picture: whether one will come}. */
export function moved(base, hand, name, position) {
  return post(`${base}/moved/${hand}`, { name, position });
}
