// Two maps in one layout, drawn side by side or as one that moves between them. What is looked at (zoom, hover, tool) lives here; what was
// chosen (a chunk, a lasso) goes to the page. Corpus text is put in as text, never as HTML.

const MARKS = { question: "#B3402F", query: "#B3402F", name: "#6D568F", primary: "#3B2A5A", chunk: "#B3402F" }
const LINES = { expected: ["#3C7A4B", [5, 4]], found: ["#8A8F90", []], both: ["#3C7A4B", []], kept: ["#8A8F90", []], gained: ["#3C7A4B", []], lost: ["#B3402F", [5, 4]] }
const LINE_WORDS = { expected: "expected, not found", found: "found", both: "expected and found", kept: "neighbour kept", gained: "gained", lost: "lost" }
const SIDES = ["before", "after"]
const maps = new WeakMap()

export default function codexMap({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".codex-map")
  if (!root) return
  if (!maps.has(root)) maps.set(root, seat(root))
  const map = maps.get(root)
  map.tell = (name, value) => name === "lassoed" ? setStateValue?.(name, value) : setTriggerValue?.(name, value)
  map.show(data)
}

function element(tag, className, text) {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function seat(root) {
  const part = name => root.querySelector("." + name)
  const map = { data: null, view: { x: 0.5, y: 0.5, scale: 0 }, t: 0, tool: "pan", hover: -1, labels: true, contours: false, off: new Set(), lasso: null, lassoed: [], tell: () => {} }
  let panes = [], frame = 0

  const redraw = () => { frame ||= requestAnimationFrame(() => { frame = 0; if (root.isConnected) draw() }) }
  const ratio = () => Math.min(2, window.devicePixelRatio || 1)
  const style = name => getComputedStyle(root).getPropertyValue(name).trim()
  const share = pane => pane.side === "both" ? map.t : SIDES.indexOf(pane.side)
  const between = (pair, t) => pair[0].map((value, axis) => value + (pair[1][axis] - value) * t)

  function decode(data) {
    const flat = coordinates(data.points), n = flat.length / 4
    const column = c => Float32Array.from({ length: n }, (_, i) => flat[i * 4 + c])
    Object.assign(map, { n, x: [column(0), column(2)], y: [column(1), column(3)], modes: {} })
    for (const [name, mode] of Object.entries(data.modes)) {
      const colours = mode.colours.map(rgb)
      const table = mode.kind === "number" ? ramp(colours.slice(0, -1), colours.at(-1)) : colours
      map.modes[name] = { ...mode, codes: bytesOf(mode.codes), rgb: table, bytes: Uint8Array.from(table.flat(), Math.round) }
    }
    map.mixed = null
  }

  function positions(pane) {
    const t = share(pane)
    if (t === 0 || t === 1) return { x: map.x[t], y: map.y[t] }
    if (map.mixed?.t !== t) {
      const mix = ([a, b]) => a.map((value, i) => value + (b[i] - value) * t)
      map.mixed = { t, x: mix(map.x), y: mix(map.y) }
    }
    return map.mixed
  }

  function build() {
    const wanted = !map.data.titles[1] ? ["before"] : map.data.view === "one" ? ["both"] : SIDES
    if (panes.map(pane => pane.side).join() !== wanted.join()) {
      panes = wanted.map(side => {
        const box = element("div", "pane"), canvas = element("canvas"), title = element("div", "title")
        canvas.tabIndex = 0
        canvas.setAttribute("role", "img")
        box.append(canvas, title)
        const pane = { side, box, canvas, title, context: canvas.getContext("2d") }
        listen(pane)
        return pane
      })
      part("panes").replaceChildren(...panes.map(pane => pane.box))
    }
    for (const pane of panes) {
      const heads = { before: ["Before", map.data.titles[0]], after: ["After", map.data.titles[1]], both: ["Before → after", map.data.titles.join(" → ")] }[pane.side]
      pane.title.replaceChildren(element("b", "", map.data.titles[1] ? heads[0] : "Map"), element("span", "", heads[1]))
      pane.canvas.setAttribute("aria-label", `Map of ${map.n} chunks, ${heads.join(" ")}`)
    }
  }

  const active = () => root.getRootNode().activeElement

  function tools() {
    const button = (name, label, title, on, press) => {
      const made = element("button", (on ? "on " : "") + name, label)
      made.type = "button"; made.title = title; made.dataset.name = name
      if (on !== null) made.setAttribute("aria-pressed", String(on)) // null: it does something once, and has no state
      made.onclick = press
      return made
    }
    const use = tool => () => { map.tool = tool; tools(); redraw() }
    const kept = part("tools").querySelector("input")
    const row = []
    if (map.data.standalone) {
      const select = element("select")
      select.append(...Object.entries(map.modes).map(([name, mode]) => Object.assign(element("option", "", mode.title), { value: name, selected: name === map.data.mode })))
      select.onchange = () => map.show({ ...map.data, mode: select.value })
      row.push(element("span", "", "Colour"), select)
      if (map.data.titles[1]) row.push(button("view", map.data.view === "one" ? "Side by side" : "One map, slider", "", null, () => map.show({ ...map.data, view: map.data.view === "one" ? "two" : "one" })))
    }
    row.push(
      button("pan", "Move", "Drag to move, wheel to zoom, click a point to read it", map.tool === "pan", use("pan")),
      button("lasso", "Lasso", "Draw around points to list them", map.tool === "lasso", use("lasso")),
      button("box", "Box", "Drag a box around points to list them", map.tool === "box", use("box")),
    )
    if (map.lassoed.length) row.push(button("clear", `Clear ${map.lassoed.length.toLocaleString("en")} selected`, "", null, () => choose([])))
    if (map.data.view === "one" && map.data.titles[1]) {
      const slider = kept ?? Object.assign(element("input"), { type: "range", min: 0, max: 1, step: 0.01, value: map.t })
      slider.setAttribute("aria-label", "From before to after")
      slider.oninput = () => { map.t = Number(slider.value); redraw() }
      row.push(element("span", "", "Before"), slider, element("span", "", "After"), button("play", "▶ Play", "Move from before to after", null, play))
    }
    row.push(
      element("span", "gap"),
      button("labels", "Labels", "Names of the clusters; zoomed in, of chunks", map.labels, () => { map.labels = !map.labels; tools(); redraw() }),
      button("contours", "Density", "Lines of equal density", map.contours, () => { map.contours = !map.contours; tools(); redraw() }),
      button("whole", "Whole map", "All of it (0)", null, () => { fit(); redraw() }),
      button("png", "PNG", "This picture as PNG", null, () => save("png")),
      button("svg", "SVG", "This picture as SVG", null, () => save("svg")),
    )
    const focused = part("tools").contains(active()) && active().dataset.name
    part("tools").replaceChildren(...row)
    if (focused) part("tools").querySelector(`[data-name="${focused}"]`)?.focus()
  }

  function play() {
    const start = performance.now(), slider = part("tools").querySelector("input")
    const tick = now => {
      const done = Math.min(1, (now - start) / 1800)
      map.t = done * done * (3 - 2 * done)
      if (slider) slider.value = map.t
      redraw()
      if (done < 1 && root.isConnected) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  }

  function legend() {
    const mode = map.modes[map.data.mode]
    const row = [element("b", "", mode.title)]
    if (mode.kind === "number") {
      const ramp = element("span", "ramp")
      ramp.style.background = `linear-gradient(90deg, ${mode.colours.slice(0, -1).join(",")})`
      row.push(element("span", "", mode.low), ramp, element("span", "", mode.high))
    } else {
      mode.names.forEach((name, code) => {
        const made = element("button", map.only.size && !map.only.has(code) ? "off" : ""), dot = element("i")
        dot.style.background = mode.colours[code]
        made.type = "button"; made.title = "Show only these"
        made.setAttribute("aria-pressed", String(map.only.has(code)))
        made.append(dot, element("span", "", name))
        made.onclick = () => { map.only.has(code) ? map.only.delete(code) : map.only.add(code); map.order = null; legend(); redraw(); part("legend").querySelectorAll("button")[code].focus() }
        row.push(made)
      })
    }
    const kinds = new Set(map.data.marks.flatMap(mark => SIDES.flatMap(side => mark.lines[side].map(line => line[1]))))
    for (const kind of kinds) {
      const dot = element("i"); dot.style.background = LINES[kind][0]; dot.style.height = "3px"; dot.style.borderRadius = 0
      row.push(dot, element("span", "", LINE_WORDS[kind]))
    }
    if (mode.note) row.push(element("span", "note", mode.note))
    part("legend").replaceChildren(...row)
  }

  function fit() {
    const box = panes[0].canvas.getBoundingClientRect()
    map.view = { x: 0.5, y: 0.5, scale: Math.min(box.width, box.height) * 0.9 * ratio(), whole: true }
  }

  function orders() {
    const mode = map.modes[map.data.mode], lit = map.data.lit ? new Set(map.data.lit) : null
    const faint = [], plain = []
    for (let i = 0; i < map.n; i++) {
      const shown = (!lit || lit.has(i)) && (!map.only.size || map.only.has(mode.codes[i]))
      ;(shown ? plain : faint).push(i)
    }
    return { faint, plain }
  }

  function draw() {
    const started = performance.now()
    const dpr = ratio(), sizes = panes.map(pane => pane.canvas.getBoundingClientRect())
    if (!sizes[0].width) return
    panes.forEach((pane, i) => {
      const width = Math.round(sizes[i].width * dpr), height = Math.round(sizes[i].height * dpr)
      if (pane.canvas.width !== width || pane.canvas.height !== height) Object.assign(pane.canvas, { width, height }), pane.image = null
    })
    if (!map.view.scale || map.view.whole) fit()
    const order = map.order ??= orders(), mode = map.modes[map.data.mode]
    const ground = rgb(style("--st-background-color") || "#fff")
    const size = (map.n < 1500 ? 4 : map.n < 8000 ? 3 : map.n < 25000 ? 2.2 : 1.6) * Math.min(2.2, Math.sqrt(map.view.scale / (sizes[0].height * dpr)) || 1)
    for (const pane of panes) {
      const { canvas, context } = pane, at = positions(pane)
      const image = pane.image ??= context.createImageData(canvas.width, canvas.height), mark = stamp(size * dpr, canvas.width)
      new Uint32Array(image.data.buffer).fill((255 << 24) | (ground[2] << 16) | (ground[1] << 8) | ground[0])
      stampPoints(image, map.view, order.faint, at.x, at.y, mode.bytes, mode.codes, mark, 0.13)
      stampPoints(image, map.view, order.plain, at.x, at.y, mode.bytes, mode.codes, mark, 0.85)
      context.putImageData(image, 0, 0)
      overlay(pane, at, context, dpr)
    }
    root.dataset.frame = (performance.now() - started).toFixed(1)
    root.dataset.t = map.t.toFixed(2)
    root.dataset.zoom = (map.view.scale / (Math.min(sizes[0].width, sizes[0].height) * 0.9 * dpr)).toFixed(2)
  }

  const pixel = (pane, x, y) => [(x - map.view.x) * map.view.scale + pane.canvas.width / 2, (y - map.view.y) * map.view.scale + pane.canvas.height / 2]
  const world = (pane, px, py) => [(px - pane.canvas.width / 2) / map.view.scale + map.view.x, (py - pane.canvas.height / 2) / map.view.scale + map.view.y]

  // Everything above the points, as shapes in pixels: drawn on the canvas and written as SVG alike.
  function shapes(pane, at, widthOf, dpr) {
    const t = share(pane), found = []
    const line = (a, b, colour, dash = [], width = 1.4) => found.push({ kind: "line", a, b, colour, dash, width: width * dpr })
    if (map.contours) {
      const grid = density(at.x, at.y)
      for (const level of LEVELS) for (const [x1, y1, x2, y2] of contour(grid, level)) line(pixel(pane, x1, y1), pixel(pane, x2, y2), "#8A8F90", [], 0.8)
    }
    const side = SIDES[Math.round(t)]
    map.data.marks.forEach(one => {
      const from = pixel(pane, ...between(one.at, t))
      for (const [i, kind] of one.lines[side]) line(from, pixel(pane, at.x[i], at.y[i]), ...LINES[kind], kind === "found" || kind === "kept" ? 1 : 1.8)
      if (one.to !== undefined) line(from, pixel(pane, ...between(map.data.marks[one.to].at, t)), MARKS.name, [], 2)
    })
    for (const one of map.data.marks) for (const [i] of one.lines[side]) found.push({ kind: "ring", at: pixel(pane, at.x[i], at.y[i]), r: 5 * dpr, colour: "#8A8F90", width: 1.4 * dpr })
    for (const i of map.lassoed) found.push({ kind: "ring", at: pixel(pane, at.x[i], at.y[i]), r: 4.5 * dpr, colour: style("--st-primary-color") || "#1F6B63", width: 1.2 * dpr })
    if (map.hover >= 0) found.push({ kind: "ring", at: pixel(pane, at.x[map.hover], at.y[map.hover]), r: 7 * dpr, colour: style("--st-text-color") || "#222", width: 2 * dpr })
    const texts = map.data.marks.map(one => {
      const place = pixel(pane, ...between(one.at, t))
      found.push({ kind: "mark", at: place, colour: MARKS[one.kind], r: (one.kind === "name" ? 5 : 6.5) * dpr })
      return { x: place[0], y: place[1] + (one.kind === "name" ? 14 : -14) * dpr, text: one.label, bold: true }
    })
    if (map.labels) {
      texts.push(...map.data.clusters.map(one => { const p = pixel(pane, ...between(one.at, t)); return { x: p[0], y: p[1], text: one.label, bold: false } }))
      if (map.view.scale > pane.canvas.height * 2.5) {
        const seen = []
        for (let i = 0; i < map.n && seen.length < 150; i++) {
          const [x, y] = pixel(pane, at.x[i], at.y[i])
          if (x > 0 && y > 0 && x < pane.canvas.width && y < pane.canvas.height) seen.push({ x, y: y + 14 * dpr, text: map.data.labels[i].slice(0, 32), bold: false })
        }
        texts.push(...seen)
      }
    }
    for (const one of roomy(texts, widthOf, 9 * dpr)) found.push({ kind: "text", ...one })
    return found
  }

  function overlay(pane, at, context, dpr) {
    context.save()
    const font = bold => `${bold ? "700 " : "600 "}${12 * dpr}px ${style("--st-font") || "sans-serif"}`
    context.font = font(false)
    context.textAlign = "center"; context.textBaseline = "middle"
    const ground = style("--st-background-color") || "#fff", ink = style("--st-text-color") || "#222"
    for (const one of shapes(pane, at, text => context.measureText(text).width, dpr)) {
      context.beginPath()
      context.setLineDash((one.dash ?? []).map(v => v * dpr))
      if (one.kind === "line") { context.strokeStyle = one.colour; context.lineWidth = one.width; context.moveTo(...one.a); context.lineTo(...one.b); context.stroke() }
      else if (one.kind === "ring") { context.strokeStyle = one.colour; context.lineWidth = one.width; context.arc(...one.at, one.r, 0, 7); context.stroke() }
      else if (one.kind === "mark") { context.fillStyle = one.colour; context.strokeStyle = "#fff"; context.lineWidth = 2 * dpr; context.arc(...one.at, one.r, 0, 7); context.fill(); context.stroke() }
      else { context.font = font(one.bold); context.lineJoin = "round"; context.strokeStyle = ground; context.lineWidth = 4 * dpr; context.strokeText(one.text, one.x, one.y); context.fillStyle = ink; context.fillText(one.text, one.x, one.y) }
    }
    if (map.lasso?.pane === pane) {
      context.beginPath(); context.setLineDash([]); context.strokeStyle = style("--st-primary-color") || "#1F6B63"; context.lineWidth = 2 * dpr
      map.lasso.points.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](...pixel(pane, x, y)))
      context.closePath(); context.stroke()
    }
    context.restore()
  }

  const { listen, choose, save } = hands(root, map, { panes: () => panes, positions, pixel, world, shapes, redraw, tools, fit, style, ratio })

  map.show = data => {
    if (!data) return
    const other = data.points !== map.data?.points, recoloured = data.mode !== map.data?.mode
    map.data = data
    if (other) { decode(data); map.lassoed = []; map.hover = -1 }
    if (other || recoloured) map.only = new Set()
    map.order = null
    build()
    if (other) fit()
    tools()
    legend()
    Object.assign(root.dataset, { mode: data.mode, view: data.view, n: map.n, marks: data.marks.map(mark => mark.label).join("|"), lit: data.lit ? data.lit.length : "" })
    redraw()
  }
  new ResizeObserver(redraw).observe(root)
  return map
}
