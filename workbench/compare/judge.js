// The judging desk in the browser: one result at a time, one key a grade. As at the audit desk a press names the showing it was made on,
// and what is pressed while the answer is on its way is ignored. Corpus text arrives as HTML that Python has escaped.

const PATIENCE_MS = 5000
const OTHERS = { " ": "skip", backspace: "undo", arrowleft: "back", arrowright: "forth" }
const desks = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".judge")
  if (!root) return
  if (!desks.has(root)) desks.set(root, seat(root))
  const desk = desks.get(root)
  desk.send = message => setTriggerValue("pressed", message)
  desk.show(data)
}

function seat(root) {
  const part = name => root.querySelector("." + name)
  const desk = { data: null, pendingSince: 0, shownAt: 0, send: () => {} }

  function act(does, value = "") {
    const data = desk.data
    if (!data || (desk.pendingSince && performance.now() - desk.pendingSince < PATIENCE_MS)) return
    if (does === "grade" && !data.item) return
    desk.pendingSince = performance.now()
    part("keys").querySelector(does === "grade" ? ".grade" + value : "." + does)?.classList.add("pressed")
    desk.send({ turn: data.turn, item: data.item, does, value, seconds: (performance.now() - desk.shownAt) / 1000 })
  }

  function onKey(event) {
    if (!root.isConnected) return document.removeEventListener("keydown", onKey, true)
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('[role="dialog"]')) return
    const target = document.activeElement
    if (target?.matches("input, textarea, select, [contenteditable=true]")) return
    const key = event.key.toLowerCase()
    const walksByTab = target?.matches("button, a, summary, [role=button], [role=tab], [role=radio]") && target.matches(":focus-visible")
    if (walksByTab && (key === " " || key.startsWith("arrow"))) return
    const graded = desk.data?.grades.some(([grade]) => String(grade) === key)
    if (!graded && !OTHERS[key]) return
    event.preventDefault()
    if (event.repeat && !key.startsWith("arrow")) return
    if (graded) act("grade", Number(key))
    else act(OTHERS[key])
  }

  function button(className, label, key, title, onclick) {
    const made = document.createElement("button")
    const shown = document.createElement("kbd")
    shown.textContent = key
    made.type = "button"
    made.className = className
    made.title = title
    made.append(...(label ? [label, shown] : [shown]))
    made.onclick = () => { made.blur(); onclick() }
    return made
  }

  function span(className, text) {
    const made = document.createElement("span")
    made.className = className
    made.textContent = text
    return made
  }

  function fit() {
    if (!root.isConnected) return window.removeEventListener("resize", fit)
    if (window.innerWidth <= 700) return
    const top = root.getBoundingClientRect().top + (document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0)
    root.style.height = Math.max(400, window.innerHeight - top - 18) + "px"
  }

  desk.show = data => {
    if (!data || data.turn === desk.data?.turn) return
    const other = data.item !== desk.data?.item
    desk.data = data
    desk.pendingSince = 0
    for (const name of ["query", "about", "head", "text"]) part(name).innerHTML = data.html[name] ?? ""
    part("keys").replaceChildren(
      ...data.grades.map(([grade, meaning]) => button(
        `grade grade${grade}` + (data.now === grade ? " now" : ""), meaning, String(grade), `Grade ${grade}: ${meaning}`, () => act("grade", grade))),
      button("skip", "Skip", "␣", "Not now, or cannot tell: stays unjudged", () => act("skip")),
      button("undo", "Undo", "⌫", "Take back your last judgement, any number of steps", () => act("undo")),
      button("back", "", "←", "The one before, without judging", () => act("back")),
      button("forth", "", "→", "The one after, without judging", () => act("forth")),
    )
    part("strip").replaceChildren(span("n", data.headline), ...data.lines.map(line => span("", line)), span("notice", data.notice))
    if (other) {
      desk.shownAt = performance.now()
      part("text").scrollTop = 0
    }
    root.dataset.turn = data.turn
    root.dataset.item = data.item // last: whoever sees this item sees all of it, and its keys count
    fit()
  }
  document.addEventListener("keydown", onKey, true)
  window.addEventListener("resize", fit)
  return desk
}
