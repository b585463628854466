// What the pointer does to a map, and the picture as a file.

function hands(root, map, { panes, positions, pixel, world, shapes, redraw, tools, fit, style, ratio }) {
  const tip = root.querySelector(".tip")
  const REACH = 12 // pixels around the pointer in which the nearest point is meant
  const place = (pane, event) => { const box = pane.canvas.getBoundingClientRect(); return [(event.clientX - box.left) * ratio(), (event.clientY - box.top) * ratio()] }

  function nearest(pane, px, py) {
    const at = positions(pane), [x, y] = world(pane, px, py), reach = (REACH * ratio()) / map.view.scale
    let found = -1, least = reach * reach
    for (let i = 0; i < map.n; i++) {
      const dx = at.x[i] - x, dy = at.y[i] - y, square = dx * dx + dy * dy
      if (square < least) { least = square; found = i }
    }
    return found
  }

  function choose(points) {
    map.lassoed = points
    map.tell("lassoed", { points, of: map.data.key })
    root.dataset.lassoed = points.length
    tools()
    redraw()
  }

  function zoom(factor, pane, px, py) {
    const [x, y] = world(pane, px, py), { view } = map
    const least = Math.min(pane.canvas.width, pane.canvas.height) * 0.4
    const scale = Math.min(least * 400, Math.max(least, view.scale * factor)), kept = view.scale / scale
    map.view = { x: x - (x - view.x) * kept, y: y - (y - view.y) * kept, scale }
    redraw()
  }

  function listen(pane) {
    const { canvas } = pane
    let from = null, travelled = 0
    canvas.addEventListener("wheel", event => { event.preventDefault(); zoom(Math.exp(-event.deltaY * 0.0018), pane, ...place(pane, event)) }, { passive: false })
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId)
      from = place(pane, event); travelled = 0
      const tool = event.shiftKey ? "lasso" : map.tool
      if (tool !== "pan") map.lasso = { pane, tool, points: [world(pane, ...from)] }
    })
    canvas.addEventListener("pointermove", event => {
      const now = place(pane, event)
      pane.box.classList.toggle("drawing", map.tool !== "pan" || event.shiftKey)
      if (!from) return hover(pane, now, event)
      travelled += Math.hypot(now[0] - from[0], now[1] - from[1])
      if (map.lasso) extend(pane, now)
      else {
        map.view = { ...map.view, whole: false, x: map.view.x - (now[0] - from[0]) / map.view.scale, y: map.view.y - (now[1] - from[1]) / map.view.scale }
        from = now
      }
      redraw()
    })
    canvas.addEventListener("pointerup", event => {
      const still = travelled < 4 * ratio(), lasso = map.lasso
      from = map.lasso = null
      if (lasso && !still) choose(caught(pane, lasso.points))
      else if (still) { const i = nearest(pane, ...place(pane, event)); if (i >= 0) map.tell("picked", { point: i, of: map.data.key }) }
      redraw()
    })
    canvas.addEventListener("pointercancel", () => { from = map.lasso = null; redraw() })
    canvas.addEventListener("pointerleave", () => { map.hover = -1; tip.hidden = true; redraw() })
    canvas.addEventListener("keydown", event => {
      const { view } = map, step = 60 / view.scale, middle = [canvas.width / 2, canvas.height / 2]
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key]
      if (moves) map.view = { ...view, whole: false, x: view.x + moves[0], y: view.y + moves[1] }
      else if (event.key === "+" || event.key === "=") zoom(1.3, pane, ...middle)
      else if (event.key === "-") zoom(1 / 1.3, pane, ...middle)
      else if (event.key === "0") fit()
      else if (event.key === "Escape") choose([])
      else return
      event.preventDefault()
      event.stopPropagation()
      redraw()
    })
  }

  function extend(pane, now) {
    const { lasso } = map, here = world(pane, ...now), [start] = lasso.points
    if (lasso.tool === "box") lasso.points = [start, [here[0], start[1]], here, [start[0], here[1]]]
    else lasso.points.push(here)
  }

  function caught(pane, polygon) {
    const at = positions(pane), shown = new Set(map.order?.plain)
    return Array.from({ length: map.n }, (_, i) => i).filter(i => shown.has(i) && inside(polygon, at.x[i], at.y[i]))
  }

  function hover(pane, now, event) {
    const i = nearest(pane, ...now)
    if (i !== map.hover) { map.hover = i; redraw() }
    tip.hidden = i < 0
    if (i < 0) return
    const mode = map.modes[map.data.mode], note = map.data.notes[i] ?? ""
    const value = mode.kind === "number" ? (mode.codes[i] === 255 ? "none" : (mode.least + (mode.codes[i] / 254) * (mode.most - mode.least)).toFixed(2)) : mode.names[mode.codes[i]]
    tip.replaceChildren(element("b", "", map.data.labels[i]), element("span", "", note), element("small", "", `${mode.title}: ${value}`))
    const box = root.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top
    tip.style.left = Math.min(x + 14, Math.max(0, box.width - tip.offsetWidth - 4)) + "px"
    tip.style.top = (y + 18 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 10 : y + 18) + "px"
  }

  function save(kind) {
    const name = `map-${(map.data.titles[0] + (map.data.titles[1] ? "-" + map.data.titles[1] : "")).replace(/[^\w.-]+/g, "-")}.${kind}`
    if (kind === "png") picture().toBlob(blob => download(blob, name), "image/png")
    else download(new Blob([drawn()], { type: "image/svg+xml" }), name)
  }

  function download(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name })
    document.body.append(link)
    link.click()
    link.remove()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  const HEAD = 34
  const titleOf = pane => [...pane.title.children].map(one => one.textContent).join("   ")

  function picture() {
    const dpr = ratio(), all = panes(), head = HEAD * dpr
    const width = all.reduce((sum, pane) => sum + pane.canvas.width, 0) + 10 * dpr * (all.length - 1)
    const sheet = Object.assign(document.createElement("canvas"), { width, height: all[0].canvas.height + head })
    const context = sheet.getContext("2d")
    context.fillStyle = style("--st-background-color") || "#fff"
    context.fillRect(0, 0, sheet.width, sheet.height)
    context.fillStyle = style("--st-text-color") || "#222"
    context.font = `600 ${15 * dpr}px sans-serif`
    let x = 0
    for (const pane of all) {
      context.fillText(titleOf(pane), x + 8 * dpr, head * 0.65)
      context.drawImage(pane.canvas, x, head)
      x += pane.canvas.width + 10 * dpr
    }
    return sheet
  }

  function drawn() {
    const all = panes(), mode = map.modes[map.data.mode], parts = [], dpr = ratio()
    const size = v => (v / dpr).toFixed(1)
    let x = 0
    for (const pane of all) {
      const at = positions(pane), width = pane.canvas.width, height = pane.canvas.height
      parts.push(`<text x="${size(x + 8 * dpr)}" y="22" font-size="15" font-weight="600">${escapeXml(titleOf(pane))}</text>`)
      parts.push(`<svg x="${size(x)}" y="${HEAD}" width="${size(width)}" height="${size(height)}">`)
      for (const [points, opacity] of [[map.order.faint, 0.13], [map.order.plain, 0.85]]) for (const i of points) {
        const [px, py] = pixel(pane, at.x[i], at.y[i])
        if (px >= 0 && py >= 0 && px < width && py < height) parts.push(`<circle cx="${size(px)}" cy="${size(py)}" r="${map.n < 8000 ? 3 : 1.6}" fill="rgb(${mode.rgb[mode.codes[i]].map(Math.round).join()})" fill-opacity="${opacity}"/>`)
      }
      for (const one of shapes(pane, at, text => text.length * 6.6 * dpr, dpr)) {
        if (one.kind === "line") parts.push(`<line x1="${size(one.a[0])}" y1="${size(one.a[1])}" x2="${size(one.b[0])}" y2="${size(one.b[1])}" stroke="${one.colour}" stroke-width="${size(one.width)}" stroke-dasharray="${(one.dash ?? []).join(" ")}"/>`)
        else if (one.kind === "text") parts.push(`<text x="${size(one.x)}" y="${size(one.y + 4 * dpr)}" font-size="12" font-weight="600" text-anchor="middle" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeXml(one.text)}</text>`)
        else parts.push(`<circle cx="${size(one.at[0])}" cy="${size(one.at[1])}" r="${size(one.r)}" fill="${one.kind === "mark" ? one.colour : "none"}" stroke="${one.kind === "mark" ? "#fff" : one.colour}" stroke-width="1.5"/>`)
      }
      parts.push("</svg>")
      x += width + 10 * dpr
    }
    const height = all[0].canvas.height / dpr + HEAD
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${size(x - 10 * dpr)}" height="${height.toFixed(1)}" font-family="sans-serif"><rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>`
  }

  return { listen, choose, save }
}
