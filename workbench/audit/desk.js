// The desk in the browser. It shows one turn at a time and sends at most one press for it: what is pressed while the answer is on
// its way is ignored, so a press always means the pair that was on the screen. Corpus text arrives as HTML that Python has escaped;
// whatever else arrives is put in as text.

const BUTTONS = [
  ["accept", "A", "Accept", "The label is right"],
  ["reject", "X", "Reject", "The label is wrong"],
  ["skip", "␣", "Skip", "Not now, or cannot tell: counts as undecided"],
  ["flag", "F", "Flag", "Somebody else should look: not trained on until decided"],
  null,
  ["undo", "⌫", "Undo", "Take back the last decision, any number of steps"],
  ["back", "←", "", "The pair before, without deciding"],
  ["forth", "→", "", "The pair after, without deciding"],
  ["guide", "H", "Guide", "What accept and reject mean"],
]
const KEYS = {
  a: "accept", x: "reject", " ": "skip", f: "flag", backspace: "undo", arrowleft: "back", arrowright: "forth",
  h: "guide", b: "becomes", n: "note", s: "around", arrowdown: "down", arrowup: "up",
}
const MARKS = { accept: "✓", reject: "✗", skip: "–", flag: "⚑" }
const VERDICTS = new Set(["accept", "reject", "skip", "flag"])
const PATIENCE_MS = 5000 // an answer that never came: pressing again is safe, the app takes each turn once
const desks = new WeakMap()

export default function ({ data: [turn], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".desk")
  if (!root) return
  if (!desks.has(root)) desks.set(root, seat(root))
  const desk = desks.get(root)
  desk.send = message => setTriggerValue("pressed", message)
  desk.show(turn)
}

function seat(root) {
  const part = name => root.querySelector("." + name)
  const desk = { data: null, pendingSince: 0, shownAt: 0, send: () => {} }
  const waiting = () => desk.pendingSince && performance.now() - desk.pendingSince < PATIENCE_MS

  function act(does, value = "") {
    const data = desk.data
    if (!data || waiting()) return
    if (VERDICTS.has(does) && !data.pair) return
    if (does === "undo" && !data.last) return
    const seconds = (performance.now() - desk.shownAt) / 1000
    desk.pendingSince = performance.now()
    part("keys").querySelector("." + does)?.classList.add("pressed")
    desk.send({ turn: data.turn, pair: data.pair, does, value: String(value), decision: data.last?.decision ?? "", seconds })
  }

  function press(does, value) {
    if (does === "guide") part("guidelines").hidden = !part("guidelines").hidden
    else if (does === "down" || does === "up") part("text").scrollBy(0, does === "down" ? 90 : -90)
    else if (does === "note") { if (!waiting()) part("note-box")?.focus() }
    else if (does === "becomes") { if (desk.data?.last?.becomes_label) act("becomes", desk.data.last.becomes_label) }
    else if (does === "reason") { if (desk.data?.last?.reasons?.[value]) act("reason", desk.data.last.reasons[value]) }
    else act(does, value)
  }

  function onKey(event) {
    if (!root.isConnected) return leave()
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[role="dialog"]')) return
    const target = document.activeElement
    if (target?.matches("input, textarea, select, [contenteditable=true]")) return
    const key = event.key.toLowerCase()
    // Somebody who walks the page with Tab presses the thing in focus; a mouse click leaves focus behind, and that must not swallow keys.
    const walksByTab = target?.matches("button, a, summary, [role=button], [role=tab], [role=radio]") && target.matches(":focus-visible")
    if (walksByTab && (key === " " || key.startsWith("arrow"))) return
    const does = KEYS[key] ?? (/^[1-9]$/.test(key) ? "reason" : null)
    if (!does) return
    event.preventDefault()
    if (event.repeat && !["back", "forth", "down", "up"].includes(does)) return
    if (!part("guidelines").hidden && does !== "guide") return
    press(does, does === "reason" ? Number(key) - 1 : "")
  }

  // The function that a component may return for its end also runs when only its data change: a desk leaves once it is off the page.
  function leave() {
    document.removeEventListener("keydown", onKey, true)
    window.removeEventListener("resize", fit)
  }

  function fit() {
    if (!root.isConnected) return leave()
    if (window.innerWidth <= 1000) return
    const top = root.getBoundingClientRect().top + (document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0)
    root.style.height = Math.max(430, window.innerHeight - top - 18) + "px"
  }

  function button(className, label, title, onclick) {
    const made = document.createElement("button")
    made.type = "button"
    made.className = className
    made.title = title
    made.append(...label)
    made.onclick = () => { made.blur(); onclick() }
    return made
  }

  function kbd(text) {
    const made = document.createElement("kbd")
    made.textContent = text
    return made
  }

  function span(className, text) {
    const made = document.createElement("span")
    made.className = className
    made.textContent = text
    return made
  }

  part("keys").replaceChildren(...BUTTONS.map(one => {
    if (!one) return span("gap", "")
    const [does, key, label, title] = one
    return button(does, label ? [label, kbd(key)] : [kbd(key)], title, () => press(does))
  }))
  part("tools").append(button("around", ["Surroundings ", kbd("S")], "What stands before and after it in its file", () => press("around")))
  const source = document.createElement("a")
  source.textContent = "Source"
  source.target = "_blank"
  source.rel = "noopener"
  part("tools").append(source)

  function strip(data) {
    const last = data.last
    const parts = data.notice ? [span("notice", data.notice)] : []
    if (last) {
      parts.push(span(last.verdict + "-mark", MARKS[last.verdict]), span("of", last.what))
      if (last.becomes_label) {
        const title = `The rejected pair is trained on as a ${last.becomes_label}`
        const made = button(last.becomes ? "becomes on" : "becomes", [kbd("B"), ` is a ${last.becomes_label}`], title, () => press("becomes"))
        parts.push(made)
      }
      last.reasons.forEach((reason, n) => {
        parts.push(button(last.reason === reason ? "on" : "", [kbd(n + 1), " " + reason], reason, () => press("reason", n)))
      })
      const note = document.createElement("input")
      note.className = "note-box"
      note.placeholder = "N  note"
      note.title = "A note on this decision: Enter keeps it, Escape leaves it"
      note.value = last.note
      note.onkeydown = event => {
        event.stopPropagation()
        if (event.key === "Enter") { note.blur(); act("note", note.value) }
        if (event.key === "Escape") { note.value = last.note; note.blur() }
      }
      parts.push(note)
    }
    part("strip").replaceChildren(...parts)
  }

  function aside(data) {
    const bar = document.createElement("div")
    bar.className = "bar"
    const filled = document.createElement("div")
    filled.style.width = 100 * data.n_done / Math.max(1, data.n) + "%"
    bar.append(filled)
    const lines = data.lines.map(text => Object.assign(document.createElement("p"), { textContent: text }))
    part("progress").replaceChildren(span("n", data.headline), bar, ...lines)
    part("lately").replaceChildren(...data.lately.map(one => {
      const label = [span(one.verdict + "-mark", MARKS[one.verdict]), span("what", one.what)]
      return button(one.pair === data.pair ? "here" : "", label, one.what, () => act("go", one.pair))
    }))
  }

  desk.show = data => {
    if (!data || data.turn === desk.data?.turn) return
    const other = data.pair !== desk.data?.pair
    desk.data = data
    desk.pendingSince = 0
    for (const name of ["query", "about", "text", "chunk-head", "beside-head", "beside-text"]) part(name).innerHTML = data.html[name] ?? ""
    source.href = data.source
    part("tools").hidden = !data.pair
    root.querySelectorAll(".keys .pressed").forEach(one => one.classList.remove("pressed"))
    const noting = document.activeElement === part("note-box")  // what is typed next is a note, not keys
    strip(data)
    if (noting) part("note-box")?.focus()
    aside(data)
    if (other) {
      desk.shownAt = performance.now()
      part("text").scrollTop = part("beside-text").scrollTop = 0
      const mark = part("text").querySelector("mark")
      if (mark && mark.offsetTop > part("text").offsetTop + part("text").clientHeight) part("text").scrollTop = mark.offsetTop - part("text").offsetTop - 60
    }
    root.dataset.turn = data.turn
    root.dataset.pair = data.pair // last: whoever sees this pair's id sees the whole pair, and its keys count
    fit()
  }
  document.addEventListener("keydown", onKey, true)
  window.addEventListener("resize", fit)
  return desk
}
