// The page's only script: fetches the two pieces again whenever the bridge says that something happened. The token is kept for this tab.
"use strict";
const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem("token") || "";
let lastId = "", said = "", timer = 0, started = false;

function ask(path, options = {}) {
  const headers = { ...(options.headers || {}) };
  if (token) headers.Authorization = "Bearer " + token;
  return fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
}

async function post(path, body, headers = {}) {
  return ask(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });
}

function login(why) {
  $("login").hidden = false;
  $("wrong").textContent = why;
  $("wrong").hidden = !why;
  for (const id of ["hand", "tech"]) $(id).hidden = true;
  $("board").replaceChildren();
  $("token").focus();
}

// Replaces a piece and keeps the keyboard where it was, and what was unfolded.
function put(place, html) {
  if (place.dataset.html === html) return;
  const held = document.activeElement;
  const box = held.matches?.("summary") ? held.parentElement : held;
  const key = place.contains(held) ? ["cancel", "card", "identify", "selftest", "testcard", "frames"].map((name) => box.dataset[name] && `[data-${name}="${CSS.escape(box.dataset[name])}"]`).find(Boolean) : null;
  const open = [...place.querySelectorAll("details[open]")].map((details) => details.dataset.frames);
  place.innerHTML = html;
  place.dataset.html = html;
  for (const details of place.querySelectorAll("details")) details.open = open.includes(details.dataset.frames);
  const again = key && place.querySelector(key);
  if (again) (again.querySelector("summary") || again).focus();
}

async function refresh() {
  let answer;
  try { answer = await ask("/desk/board"); } catch { $("lost").hidden = false; return false; }
  if (answer.status === 401 || answer.status === 403 || answer.status === 429) {
    login(token && (await answer.json()).advice);
    return false;
  }
  if (!answer.ok) { $("lost").hidden = false; return false; }
  put($("board"), await answer.text());
  for (const id of ["lost", "login"]) $(id).hidden = true;
  for (const id of ["hand", "tech"]) $(id).hidden = false;
  const down = $("board").querySelector("[data-down=true]");
  if (down && !started) $("hand").open = true;
  if (!started) begin($("board").querySelector("[data-now]").dataset.now);
  started = true;
  const now = [...document.querySelectorAll(".encoder")].map((box) => box.querySelector("h2").textContent + ": " + box.querySelector(".words").textContent + " " + (box.querySelector(".hint")?.textContent || "")).join(" ");
  if (now !== said) { said = now; $("announce").textContent = now; }
  if ($("tech").open) {
    const tech = await ask("/desk/technician");
    if (tech.ok) { put($("technician"), await tech.text()); showResults(); }
  }
  return true;
}

function soon() {
  if (!timer) timer = setTimeout(() => { timer = 0; refresh(); }, 60);
}

// The event stream by fetch, because EventSource cannot send a token.
async function listen() {
  for (;;) {
    try {
      if (await refresh()) {
        const stream = await ask("/v1/events", { headers: lastId ? { "Last-Event-ID": lastId } : {} });
        if (stream.ok) {
          const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
          let text = "";
          for (;;) {
            const { value, done } = await reader.read();
            if (done) break;
            text += value;
            const blocks = text.split("\n\n");
            text = blocks.pop();
            for (const block of blocks) {
              const id = block.match(/^id: (.*)$/m);
              if (id) lastId = id[1];
              if (/^event: test.step$/m.test(block)) tell(JSON.parse(block.match(/^data: (.*)$/m)[1]));
              else if (/^event: /m.test(block)) soon();
            }
          }
        }
      } else if (!$("login").hidden) {
        await new Promise((go) => addEventListener("token", go, { once: true }));
        continue;
      }
    } catch { $("lost").hidden = false; }
    await new Promise((go) => setTimeout(go, 1000));
  }
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  sessionStorage.setItem("token", token);
  $("token").value = "";
  dispatchEvent(new Event("token"));
});

$("board").addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  button.disabled = true;
  try {
    if (button.dataset.cancel) {
      const answer = await ask("/v1/jobs/" + encodeURIComponent(button.dataset.cancel), { method: "DELETE" });
      if (!answer.ok) say((await answer.json()).advice);
    } else if (button.dataset.card) {
      const answer = await post("/v1/encoders/" + encodeURIComponent(button.dataset.card) + "/card", {});
      const body = await answer.json();
      say(answer.ok ? body.sentences.join(" ") : body.advice);
    }
  } catch { $("lost").hidden = false; }
  button.disabled = false;
  soon();
});

function say(text) {
  $("answer").textContent = text;
  $("answer").hidden = false;
}

// What came of the technician's buttons, by encoder: the view is fetched again and again, this stays.
const results = {}, working = new Set(), answered = new Set();

function result(name, text) {
  results[name] = text;
  $("result").textContent = name + ": " + text.split("\n").pop();
  showResults();
}

function showResults() {
  for (const place of $("technician").querySelectorAll("[data-result]")) {
    place.textContent = results[place.dataset.result] || "";
    place.hidden = !place.textContent;
  }
  for (const button of $("technician").querySelectorAll("button")) {
    const { identify, selftest, testcard } = button.dataset;
    button.setAttribute("aria-disabled", String(working.has(identify || selftest || testcard)));
  }
}

// A test of a card tells what to do while it is under way, wherever it was begun.
// Its last words may come behind the answer, which has them all.
function tell({ encoder, text }) {
  const begins = text.startsWith("Put a blank card");
  if (begins) answered.delete(encoder);
  if (!answered.has(encoder)) result(encoder, begins || !results[encoder] ? text : results[encoder] + "\n" + text);
}

$("technician").addEventListener("click", async (event) => {
  const { identify, selftest, testcard } = event.target.dataset;
  const name = identify || selftest || testcard;
  if (!name || working.has(name)) return;
  working.add(name);
  results[name] = "";
  answered.delete(name);
  showResults();
  try {
    const deed = identify ? "identify" : selftest ? "self-test" : "test-card";
    const answer = await post("/v1/encoders/" + encodeURIComponent(name) + "/" + deed, {});
    const body = await answer.json();
    answered.add(name);
    if (!answer.ok) result(name, body.detail + (body.fault?.detail ? " (" + body.fault.code + ": " + body.fault.detail + ")" : ""));
    else if (testcard) result(name, body.steps.map((step) => step.text + (step.milliseconds === undefined ? "" : ", " + step.milliseconds + " ms")).join("\n"));
    else result(name, Object.entries(body.reading).map(([key, value]) => key + ": " + value).join(", ") || (identify ? "It answers, and tells nothing of itself." : "ok"));
  } catch { $("lost").hidden = false; }
  working.delete(name);
  showResults();
  soon();
});

$("tech").addEventListener("toggle", soon);

// One key for one press of the button: sent again after a lost answer, it makes no second key.
let pressed = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
$("key").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("key").querySelector("button");
  button.disabled = true;
  $("refused").hidden = true;
  try {
    const answer = await post("/desk/keys", {
      encoder: $("encoder").value, room: $("room").value, from: $("from").value, until: $("until").value,
      copies: Number($("copies").value), mode: new FormData($("key")).get("mode"),
    }, { "Idempotency-Key": pressed });
    if (answer.ok) {
      pressed = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
      $("room").value = "";
    } else {
      $("refused").textContent = (await answer.json()).advice;
      $("refused").hidden = false;
    }
  } catch { $("lost").hidden = false; }
  button.disabled = false;
  soon();
});

// The form begins with the hotel's clock, whatever clock this machine has: until tomorrow at eleven.
function begin(now) {
  $("from").value = now;
  const end = new Date(now + "Z");
  end.setUTCDate(end.getUTCDate() + 1);
  $("until").value = end.toISOString().slice(0, 10) + "T11:00";
}

listen();
// What no event tells: finished keys leave the board after a while, the PMS comes and goes. Asked only while somebody looks.
setInterval(() => { if (document.visibilityState === "visible" && started) soon(); }, 10000);
