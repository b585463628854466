// Drawing tens of thousands of points without a graphics card: each is stamped into the picture's bytes, some microseconds a thousand.
// World coordinates run from 0 to 1 in both directions; a view says which of them is in the middle and how many pixels one is wide.

const LEVELS = [0.12, 0.3, 0.55, 0.8] // of the greatest density
const GRID = 72

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), c => c.charCodeAt(0))
}

function coordinates(base64) {
  const raw = new Uint16Array(bytesOf(base64).buffer)
  return Float32Array.from(raw, value => value / 65535)
}

function rgb(text) {
  const probe = rgb.probe ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  probe.canvas.width = probe.canvas.height = 1
  probe.fillStyle = text
  probe.fillRect(0, 0, 1, 1)
  return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)]
}

// Colours for the codes 0 to 254, and `none` for 255, which stands for "no value".
function ramp(colours, none) {
  const table = Array.from({ length: 255 }, (_, code) => {
    const place = (code / 254) * (colours.length - 1), low = Math.min(colours.length - 2, Math.floor(place))
    return colours[low].map((value, channel) => value + (colours[low + 1][channel] - value) * (place - low))
  })
  return [...table, none]
}

// A disc for pictures that are `width` wide: how far each of its pixels lies from the middle, and how much of each it covers, of 256.
function stamp(radius, width) {
  const reach = Math.ceil(radius), dx = [], dy = [], cover = []
  for (let y = -reach; y <= reach; y++) for (let x = -reach; x <= reach; x++) {
    const share = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(x, y)))
    if (share > 0) { dx.push(x); dy.push(y); cover.push(Math.round(share * 256)) }
  }
  const jump = Int32Array.from(dx, (x, i) => (dy[i] * width + x) * 4)
  return { reach, dx: Int32Array.from(dx), dy: Int32Array.from(dy), cover: Int32Array.from(cover), jump }
}

// Points of one opacity into `image`. order: point numbers; colours: three bytes for each code.
function stampPoints(image, view, order, xs, ys, colours, codes, mark, opacity) {
  const { width, height, data } = image
  const { reach, dx, dy, jump } = mark
  const cover = Int32Array.from(mark.cover, value => value * opacity)
  const left = width / 2 - view.x * view.scale, top = height / 2 - view.y * view.scale
  for (let number = 0; number < order.length; number++) {
    const i = order[number]
    const px = Math.round(xs[i] * view.scale + left), py = Math.round(ys[i] * view.scale + top)
    if (px < -reach || py < -reach || px >= width + reach || py >= height + reach) continue
    const whole = px >= reach && py >= reach && px < width - reach && py < height - reach
    const middle = (py * width + px) * 4, code = codes[i] * 3
    const r = colours[code], g = colours[code + 1], b = colours[code + 2]
    for (let k = 0; k < jump.length; k++) {
      if (!whole && (px + dx[k] < 0 || py + dy[k] < 0 || px + dx[k] >= width || py + dy[k] >= height)) continue
      const at = middle + jump[k], a = cover[k]
      data[at] += ((r - data[at]) * a) >> 8
      data[at + 1] += ((g - data[at + 1]) * a) >> 8
      data[at + 2] += ((b - data[at + 2]) * a) >> 8
    }
  }
}

// How many points lie where, smoothed, on a grid over the world with a margin; 1 is the densest place.
function density(xs, ys) {
  let grid = new Float32Array(GRID * GRID)
  for (let i = 0; i < xs.length; i++) {
    const x = Math.min(GRID - 1, Math.floor((xs[i] * 0.9 + 0.05) * GRID)), y = Math.min(GRID - 1, Math.floor((ys[i] * 0.9 + 0.05) * GRID))
    grid[y * GRID + x]++
  }
  for (let round = 0; round < 3; round++) for (const step of [1, GRID]) {
    const next = new Float32Array(grid.length)
    for (let i = 0; i < grid.length; i++) next[i] = (grid[i - step] ?? 0) * 0.3 + grid[i] * 0.4 + (grid[i + step] ?? 0) * 0.3
    grid = next
  }
  const most = Math.max(...grid) || 1
  return grid.map(value => value / most)
}

// Line pieces [x1, y1, x2, y2] in the world along which the density is `level`: marching squares.
function contour(grid, level) {
  const pieces = [], world = at => ((at + 0.5) / GRID - 0.05) / 0.9
  const value = (x, y) => grid[y * GRID + x]
  for (let y = 0; y < GRID - 1; y++) for (let x = 0; x < GRID - 1; x++) {
    const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]]
    const cuts = []
    for (let side = 0; side < 4; side++) {
      const [ax, ay] = corners[side], [bx, by] = corners[(side + 1) % 4]
      const a = value(ax, ay), b = value(bx, by)
      if (a < level === b < level) continue
      const share = (level - a) / (b - a)
      cuts.push([world(ax + (bx - ax) * share), world(ay + (by - ay) * share)])
    }
    for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([...cuts[i], ...cuts[i + 1]])
  }
  return pieces
}

function inside(polygon, x, y) {
  let within = false
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i], [xj, yj] = polygon[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within
  }
  return within
}

// Which labels have room: the first of the list first. labels: [{x, y, text}] in pixels.
function roomy(labels, widthOf, height) {
  const taken = []
  return labels.filter(({ x, y, text }) => {
    const half = widthOf(text) / 2 + 4
    const box = [x - half, y - height, x + half, y + height]
    if (taken.some(one => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) return false
    taken.push(box)
    return true
  })
}

const escapeXml = text => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
