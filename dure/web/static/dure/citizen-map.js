// The map of shops: districts, clusters and shops on a canvas, from small parts that the server keeps.
// Units: meters on the city's plane (x east, y south) and CSS pixels; `scale` is pixels per meter.
(() => {
  "use strict";
  const box = document.querySelector("[data-map]");
  const canvas = box && box.querySelector("canvas");
  const pen = canvas && canvas.getContext("2d");
  if (!pen || !window.fetch || !window.PointerEvent) return;

  const told = box.dataset;
  const SIDE = Number(told.side);
  const ZOOM_MAX = 11;
  const PART_PX = 640; // A part is drawn at most so wide, so a cell is 53 to 107 pixels.
  const SCALE_MAX = 2;
  const SCALE_SHOP = 1.1;
  const SCALE_CLOSE = 0.04; // A telephone's width is then less than 10 km.
  const SCALE_DISTRICT = 0.022; // A telephone's width is then some 17 km.
  const PARTS_KEPT = 300;
  const TAP_PX = 9;
  const QUICK_MS = 220;
  const face = box.querySelector(".map-face");
  const said = document.querySelector("[data-map-said]");
  const nearBox = document.querySelector("[data-near-list]");
  const nearList = nearBox.querySelector("ul");
  const nearTitle = nearBox.querySelector("[data-near-title]");
  const form = document.querySelector(".map-tools");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const [boxX, boxY, boxWidth, boxHeight] = told.box.split(" ").map(Number);

  const view = { x: Number(told.x), y: Number(told.y), scale: 0.01 };
  const parts = new Map();
  let width = 0;
  let height = 0;
  let districts = { named: [], rings: [] };
  let closer = null; // Neighborhoods: asked for when the map is first looked at closely.
  let colors = {};
  let drawn = [];
  let zoomDrawn = 0;
  let chosen = told.shop || "";
  let mine = null;
  let frame = 0;
  let moving = 0;
  let nearTimer = 0;
  let asked = 0;

  // --- what is shown -------------------------------------------------------------------------

  const readColors = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["surface", "sunken", "quiet", "ink", "accent", "gold", "sky", "heat-1", "heat-2", "heat-3",
      "heat-4"]) {
      colors[name] = style.getPropertyValue(`--${name}`).trim();
    }
    colors.type = getComputedStyle(document.body).fontFamily;
  };

  const fitScale = () => Math.min(width / boxWidth, height / boxHeight) * 0.94;
  const scaleMin = () => Math.min(width, height) / SIDE;
  const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
  const toX = (x) => (x - view.x) * view.scale + width / 2;
  const toY = (y) => (y - view.y) * view.scale + height / 2;

  const question = () => {
    const values = new URLSearchParams();
    const group = form.elements.namedItem("group").value;
    if (group) values.set("group", group);
    if (form.elements.namedItem("discount").checked) values.set("plus", "1");
    return values;
  };

  const wantedParts = (zoom) => {
    const side = SIDE / 2 ** zoom;
    const last = 2 ** zoom - 1;
    const at = (meters) => clamp(Math.floor(meters / side), 0, last);
    const halfX = width / 2 / view.scale;
    const halfY = height / 2 / view.scale;
    const found = [];
    for (let column = at(view.x - halfX); column <= at(view.x + halfX); column += 1) {
      for (let row = at(view.y - halfY); row <= at(view.y + halfY); row += 1) {
        found.push(`${zoom}/${column}/${row}`);
      }
    }
    return found;
  };

  const complain = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };

  const load = (name) => {
    const part = { shown: null };
    parts.set(name, part);
    const values = question().toString();
    fetch(`${told.parts}/${name}${values ? `?${values}` : ""}`, { headers: { Accept: "application/json" } })
      .then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then((shown) => {
        if (parts.get(name) !== part) return;
        part.shown = shown;
        complain("");
        draw();
      })
      .catch(() => {
        if (parts.get(name) !== part) return;
        complain(told.away);
        setTimeout(() => {
          if (parts.get(name) === part) parts.delete(name);
          draw();
        }, 4000);
      });
  };

  const ready = (names) => names.every((name) => parts.get(name) && parts.get(name).shown);

  const currentParts = () => {
    const zoom = clamp(Math.ceil(Math.log2((SIDE * view.scale) / PART_PX)), 0, ZOOM_MAX);
    const names = wantedParts(zoom);
    for (const name of names) if (!parts.has(name)) load(name);
    if (zoom === zoomDrawn || ready(names)) {
      zoomDrawn = zoom;
      return names;
    }
    // Until all of a new zoom has come, what is there of the last one stays.
    return wantedParts(zoomDrawn);
  };

  const forgetFar = () => {
    if (parts.size <= PARTS_KEPT) return;
    for (const name of [...parts.keys()].slice(0, parts.size - PARTS_KEPT)) parts.delete(name);
  };

  // --- drawing -------------------------------------------------------------------------------

  const isClose = () => view.scale > SCALE_CLOSE;

  const drawAreas = () => {
    pen.fillStyle = colors.sunken;
    pen.fillRect(0, 0, width, height);
    pen.save();
    pen.translate(width / 2, height / 2);
    pen.scale(view.scale, view.scale);
    pen.translate(-view.x, -view.y);
    pen.lineJoin = "round";
    pen.lineWidth = 1.2 / view.scale;
    pen.strokeStyle = colors.quiet;
    pen.fillStyle = colors.surface;
    const [halfX, halfY] = [width / 2 / view.scale, height / 2 / view.scale];
    const inView = (ring) =>
      ring.east > view.x - halfX && ring.west < view.x + halfX && ring.south > view.y - halfY && ring.north < view.y + halfY;
    const own = districts.rings.filter(inView);
    for (const ring of own) pen.fill(ring.path);
    if (isClose() && closer) {
      pen.globalAlpha = 0.25;
      for (const ring of closer.rings.filter(inView)) pen.stroke(ring.path);
    }
    pen.globalAlpha = 0.6;
    for (const ring of own) pen.stroke(ring.path);
    pen.restore();
  };

  const areasOf = ({ areas }) => ({ named: areas, rings: areas.flatMap((one) => one.parts.map(ringOf)) });

  const comeCloser = () => {
    closer = { named: [], rings: [] };
    fetch(told.close, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json())
      .then((answer) => {
        closer = areasOf(answer);
        draw();
      })
      .catch(() => {
        // The map is whole without neighborhoods.
      });
  };

  const ringOf = (steps) => {
    const ring = { path: new Path2D(), west: SIDE, north: SIDE, east: 0, south: 0 };
    let [x, y] = [0, 0];
    for (let at = 0; at < steps.length; at += 2) {
      [x, y] = [x + steps[at], y + steps[at + 1]];
      if (at) ring.path.lineTo(x, y);
      else ring.path.moveTo(x, y);
      [ring.west, ring.east] = [Math.min(ring.west, x), Math.max(ring.east, x)];
      [ring.north, ring.south] = [Math.min(ring.north, y), Math.max(ring.south, y)];
    }
    ring.path.closePath();
    return ring;
  };

  const write = (text, x, y, font, color) => {
    pen.font = `${font} ${colors.type}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3.5;
    pen.strokeStyle = colors.surface;
    pen.strokeText(text, x, y);
    pen.fillStyle = color;
    pen.fillText(text, x, y);
  };

  const takes = (labels, text, x, y) => {
    const half = pen.measureText(text).width / 2 + 3;
    const place = [x - half, y - 9, x + half, y + 9];
    const crowded = labels.some(
      (one) => one[0] < place[2] && place[0] < one[2] && one[1] < place[3] && place[1] < one[3],
    );
    if (!crowded) labels.push(place);
    return !crowded;
  };

  // Names of areas stand where no number stands: at the middle, or a little above or below.
  const nameAreas = (labels) => {
    const close = isClose();
    const [font, color] = close ? ["600 13px", colors.quiet] : ["700 14px", colors.ink];
    for (const one of close ? (closer ? closer.named : []) : districts.named) {
      const name = (told.language === "en" && one.en) || one.ko;
      const [x, y] = [toX(one.at[0]), toY(one.at[1])];
      if (x < -60 || y < -60 || x > width + 60 || y > height + 60) continue;
      pen.font = `${font} ${colors.type}`;
      const free = [0, -24, 24, -44, 44].find((above) => takes(labels, name, x, y - above));
      if (free !== undefined) write(name, x, y - free, font, color);
    }
  };

  const circle = (x, y, radius, color) => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = color;
    pen.fill();
  };

  const drawCluster = ([meterX, meterY, count, plus]) => {
    const [x, y] = [toX(meterX), toY(meterY)];
    const digits = Math.log10(count);
    const radius = 13 + 4 * digits;
    if (x < -40 || y < -40 || x > width + 40 || y > height + 40) return;
    circle(x, y, radius + 2, colors.surface);
    circle(x, y, radius, colors[`heat-${clamp(1 + Math.floor(digits), 1, 4)}`]);
    if (plus) {
      pen.beginPath();
      pen.arc(x, y, radius + 1, -Math.PI / 2, -Math.PI / 2 + Math.max(0.5, (2 * Math.PI * plus) / count));
      pen.lineWidth = 3.5;
      pen.strokeStyle = colors.gold;
      pen.stroke();
    }
    pen.font = `700 ${count > 999 ? 12 : 13}px ${colors.type}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = colors.ink;
    pen.fillText(count.toLocaleString("en"), x, y + 0.5);
    drawn.push({ x, y, radius, meterX, meterY, count });
  };

  const drawShop = ([meterX, meterY, discount, code, name], labels) => {
    const [x, y] = [toX(meterX), toY(meterY)];
    if (x < -40 || y < -40 || x > width + 40 || y > height + 40) return;
    const radius = code === chosen ? 11 : 7.5;
    circle(x, y, radius + 2, code === chosen ? colors.ink : colors.surface);
    circle(x, y, radius, discount ? colors.gold : colors.accent);
    drawn.push({ x, y, radius, meterX, meterY, code });
    if (view.scale < 0.7 && code !== chosen) return;
    const text = name.length > 16 ? `${name.slice(0, 15)}…` : name;
    pen.font = `600 12px ${colors.type}`;
    if (!takes(labels, text, x, y + radius + 11) && code !== chosen) return;
    write(text, x, y + radius + 11, "600 12px", colors.ink);
  };

  const drawNow = () => {
    frame = 0;
    if (isClose() && !closer) comeCloser();
    drawAreas();
    drawn = [];
    const labels = [];
    const [shops, clusters] = [[], []];
    for (const name of currentParts()) {
      const part = parts.get(name);
      if (!part || !part.shown) continue;
      clusters.push(...part.shown.c);
      shops.push(...part.shown.s);
    }
    clusters.sort((one, other) => one[2] - other[2]).forEach(drawCluster);
    labels.push(...drawn.map((one) => [one.x - 17, one.y - 8, one.x + 17, one.y + 8]));
    labels.push(...shops.map(([x, y]) => [toX(x) - 9, toY(y) - 9, toX(x) + 9, toY(y) + 9]));
    nameAreas(labels);
    shops.sort((one, other) => (one[3] === chosen) - (other[3] === chosen));
    for (const shop of shops) drawShop(shop, labels);
    if (districts.rings.length && ready(currentParts())) box.dataset.drawn = "1";
    if (mine) {
      pen.globalAlpha = 0.22;
      circle(toX(mine[0]), toY(mine[1]), Math.max(16, 80 * view.scale), colors.sky);
      pen.globalAlpha = 1;
      circle(toX(mine[0]), toY(mine[1]), 6, colors.sky);
    }
    forgetFar();
  };

  const draw = () => {
    if (!frame) frame = requestAnimationFrame(drawNow);
  };

  const resize = () => {
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    [width, height] = [face.clientWidth, face.clientHeight];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw();
  };

  // --- moving --------------------------------------------------------------------------------

  const remember = () => {
    try {
      sessionStorage.setItem("dure-map", JSON.stringify({ x: view.x, y: view.y, scale: view.scale }));
    } catch {
      // A browser that keeps nothing begins anew; that is all.
    }
  };

  const moved = () => {
    view.scale = clamp(view.scale, scaleMin(), SCALE_MAX);
    view.x = clamp(view.x, 0, SIDE - 1);
    view.y = clamp(view.y, 0, SIDE - 1);
    draw();
    clearTimeout(nearTimer);
    nearTimer = setTimeout(() => {
      remember();
      listNear(view.x, view.y);
    }, 400);
  };

  const zoomAt = (factor, x, y) => {
    const scale = clamp(view.scale * factor, scaleMin(), SCALE_MAX);
    view.x += (x - width / 2) * (1 / view.scale - 1 / scale);
    view.y += (y - height / 2) * (1 / view.scale - 1 / scale);
    view.scale = scale;
    moved();
  };

  const glide = (x, y, scale) => {
    cancelAnimationFrame(moving);
    const from = { ...view };
    const began = performance.now();
    const step = (now) => {
      const part = calm.matches ? 1 : clamp((now - began) / QUICK_MS, 0, 1);
      const eased = 1 - (1 - part) ** 3;
      view.scale = from.scale * (scale / from.scale) ** eased;
      view.x = from.x + (x - from.x) * eased;
      view.y = from.y + (y - from.y) * eased;
      moved();
      if (part < 1) moving = requestAnimationFrame(step);
    };
    moving = requestAnimationFrame(step);
  };

  const whole = () => glide(boxX + boxWidth / 2, boxY + boxHeight / 2, fitScale());

  const here = () => {
    if (!navigator.geolocation) return complain(told.noPlace);
    navigator.geolocation.getCurrentPosition(
      (place) => {
        // Blurred to some 100 meters at once; nothing finer is used or sent.
        const latitude = Number(place.coords.latitude.toFixed(3));
        const longitude = Number(place.coords.longitude.toFixed(3));
        const x = (longitude - Number(told.west)) * Number(told.metersEast);
        const y = (Number(told.north) - latitude) * Number(told.metersSouth);
        if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) return complain(told.noPlace);
        mine = [x, y];
        complain("");
        glide(x, y, 0.5);
      },
      () => complain(told.noPlace),
      { timeout: 10000, maximumAge: 60000 },
    );
    return undefined;
  };

  const tap = (x, y) => {
    let best = null;
    for (const one of drawn) {
      const away = Math.hypot(one.x - x, one.y - y) - one.radius;
      if (away < 16 && (!best || away < best.away)) best = { ...one, away };
    }
    if (!best) return;
    if (best.count) {
      glide(best.meterX, best.meterY, Math.min(SCALE_MAX, view.scale * 2.6));
      return;
    }
    chosen = best.code;
    draw();
    clearTimeout(nearTimer);
    listNear(best.meterX, best.meterY);
  };

  const pointers = new Map();
  let pressed = null;

  face.addEventListener("pointerdown", (event) => {
    cancelAnimationFrame(moving);
    face.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    pressed = pointers.size === 1 ? { x: event.offsetX, y: event.offsetY } : null;
  });

  face.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.offsetX, y: event.offsetY };
    if (pointers.size === 1) {
      if (pressed && Math.hypot(now.x - pressed.x, now.y - pressed.y) < TAP_PX) return;
      pressed = null;
      view.x -= (now.x - before.x) / view.scale;
      view.y -= (now.y - before.y) / view.scale;
      pointers.set(event.pointerId, now);
      moved();
      return;
    }
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    const apart = (at) => Math.max(12, Math.hypot(at.x - other.x, at.y - other.y));
    view.x -= (now.x - before.x) / 2 / view.scale;
    view.y -= (now.y - before.y) / 2 / view.scale;
    pointers.set(event.pointerId, now);
    zoomAt(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  });

  const lifted = (event) => {
    pointers.delete(event.pointerId);
    if (pressed && event.type === "pointerup") tap(event.offsetX, event.offsetY);
    pressed = null;
  };
  face.addEventListener("pointerup", lifted);
  face.addEventListener("pointercancel", lifted);

  face.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoomAt(Math.exp(-clamp(event.deltaY, -120, 120) / 300), event.offsetX, event.offsetY);
    },
    { passive: false },
  );
  face.addEventListener("dblclick", (event) => zoomAt(2, event.offsetX, event.offsetY));

  const keys = {
    ArrowLeft: () => glide(view.x - 90 / view.scale, view.y, view.scale),
    ArrowRight: () => glide(view.x + 90 / view.scale, view.y, view.scale),
    ArrowUp: () => glide(view.x, view.y - 90 / view.scale, view.scale),
    ArrowDown: () => glide(view.x, view.y + 90 / view.scale, view.scale),
    "+": () => glide(view.x, view.y, Math.min(SCALE_MAX, view.scale * 2)),
    "-": () => glide(view.x, view.y, Math.max(scaleMin(), view.scale / 2)),
    Home: whole,
    Enter: () => {
      const first = nearList.querySelector("a");
      if (first) first.focus();
    },
  };
  keys["="] = keys["+"];
  face.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const acts = { in: keys["+"], out: keys["-"], whole, here };
  for (const button of box.querySelectorAll("[data-act]")) {
    button.addEventListener("click", acts[button.dataset.act]);
  }

  // --- the list below ------------------------------------------------------------------------

  const element = (kind, name, text) => {
    const made = document.createElement(kind);
    if (name) made.className = name;
    if (text) made.textContent = text;
    return made;
  };

  const rowOf = (shop) => {
    const item = element("li", shop.code === chosen ? "is-chosen" : "");
    const link = element("a", "shop-row");
    link.href = `${told.page}/${shop.code}`;
    const name = element("span", "shop-name", shop.name);
    name.lang = shop.lang;
    const rates = element("span", "shop-rates");
    if (shop.discount) rates.append(element("span", "chip", shop.discount));
    if (shop.cashback) rates.append(element("span", "chip chip-back", shop.cashback));
    const [group, ...rest] = shop.about.split(" · ");
    const about = element("span", "shop-about", rest.length ? `${group}\u00a0· ` : group);
    if (rest.length) about.append(element("span", "unbroken", rest.join(" · ")));
    if (shop.liked) about.prepend(element("span", "chip chip-plain", told.liked), " ");
    link.append(name, about, rates);
    item.append(link);
    return item;
  };

  const listNear = (x, y) => {
    asked += 1;
    const turn = asked;
    const values = question();
    values.set("x", Math.round(x));
    values.set("y", Math.round(y));
    fetch(`${told.near}?${values}`, { headers: { Accept: "application/json" } })
      .then((answer) => {
        if (answer.status === 401) window.location.reload();
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(({ shops }) => {
        if (turn !== asked) return;
        shops.sort((one, other) => (other.code === chosen) - (one.code === chosen));
        const isChosen = shops.length && shops[0].code === chosen;
        nearTitle.textContent = isChosen ? nearTitle.dataset.chosen : nearTitle.dataset.middle;
        nearList.replaceChildren(...shops.map(rowOf));
        nearBox.hidden = !shops.length;
      })
      .catch(() => {
        if (turn === asked) complain(told.away);
      });
  };

  // --- beginning -----------------------------------------------------------------------------

  const remembered = () => {
    try {
      const [entry] = performance.getEntriesByType("navigation");
      if (!entry || entry.type !== "back_forward") return null;
      return JSON.parse(sessionStorage.getItem("dure-map"));
    } catch {
      return null;
    }
  };

  const begin = () => {
    const before = remembered();
    if (before && before.scale > 0) Object.assign(view, before);
    else if (told.shop) view.scale = SCALE_SHOP;
    else view.scale = SCALE_DISTRICT;
    moved();
  };

  form.querySelector(".map-apply").hidden = true;
  form.addEventListener("change", () => {
    parts.clear();
    chosen = "";
    const values = new URLSearchParams(new FormData(form));
    history.replaceState(null, "", `?${values}`);
    moved();
  });
  for (const plain of document.querySelectorAll(".map-plain, .map-plain-hint")) plain.remove();
  box.querySelector(".map-live").hidden = false;
  readColors();
  resize();
  begin();
  new ResizeObserver(resize).observe(face);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColors();
    draw();
  });
  fetch(told.outlines, { headers: { Accept: "application/json" } })
    .then((answer) => answer.json())
    .then((answer) => {
      districts = areasOf(answer);
      box.dataset.ready = "1";
      draw();
    })
    .catch(() => complain(told.away));
})();
