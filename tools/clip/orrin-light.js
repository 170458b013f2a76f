// SPDX-License-Identifier: MIT
// Orrin light in the storm, as a moving drawing: paint(canvas, seconds) draws
// one moment of it, always the same.  tools/clip/make has a browser draw all
// frames and FFmpeg put them together; the clip stands in demo/clips.

const INK = "#14262e";
const LAMP = { x: 800, y: 216 };
const TURN = 6; // seconds of the lamp's turn

// The same "random" number for the same place: no frame may tremble.
const rough = (a, b = 0) => {
  const s = Math.sin(a * 127.1 + b * 311.7) * 43758.5453;
  return s - Math.floor(s);
};

// A line as a burin cuts it: thick where the stroke is pressed.
const cut = (c, points, thick) => {
  c.beginPath();
  points.forEach(([x, y], i) => c.lineTo(x, y - thick(i) / 2));
  [...points].reverse().forEach(([x, y], i) =>
    c.lineTo(x, y + thick(points.length - 1 - i) / 2));
  c.closePath();
  c.fill();
};

const shape = (c, colour, points, line = 0) => {
  c.fillStyle = colour;
  c.beginPath();
  points.forEach(([x, y]) => c.lineTo(x, y));
  c.closePath();
  c.fill();
  if (line === 0) return;
  c.strokeStyle = INK;
  c.lineWidth = line;
  c.lineJoin = "round";
  c.stroke();
};

const sky = (c, t) => {
  c.fillStyle = "#48626b";
  c.fillRect(0, 0, 1280, 420);
  c.fillStyle = INK;
  for (let row = 0; row < 50; row++) {
    const points = [];
    for (let x = -20; x <= 1300; x += 40)
      points.push([x, row * 11 - 60 - x * 0.05]);
    cut(c, points, (i) =>
      3.5 + 3.2 * Math.sin(i * 0.5 + row * 1.7 + t * 0.35) * rough(row));
  }
};

// Two arms of light that turn: seen from the side they are long, towards us
// they are a glow.
const beam = (c, t) => {
  const turn = (2 * Math.PI * t) / TURN;
  const along = Math.cos(turn);
  const near = Math.sin(turn);
  for (const side of [1, -1]) {
    const reach = side * along * 1250;
    const wide = 12 + Math.abs(along) * 120;
    c.globalAlpha = 0.25 + 0.7 * Math.abs(along) * (0.75 + 0.25 * side * near);
    shape(c, "#e9d9a0", [
      [LAMP.x, LAMP.y - 10], [LAMP.x + reach, LAMP.y - wide],
      [LAMP.x + reach, LAMP.y + wide], [LAMP.x, LAMP.y + 10],
    ]);
    c.fillStyle = "#8d8a68";
    for (let k = -4; k <= 4; k++)
      cut(c, [0, 0.25, 0.5, 0.75, 1].map((f) =>
        [LAMP.x + reach * f, LAMP.y + (k / 4.6) * (8 + (wide - 8) * f)]),
      (i) => 0.4 + i * 0.3);
  }
  c.globalAlpha = Math.max(0, near) ** 6;
  const glow = c.createRadialGradient(LAMP.x, LAMP.y, 8, LAMP.x, LAMP.y, 230);
  glow.addColorStop(0, "#fff6d8");
  glow.addColorStop(1, "#e9d9a000");
  c.fillStyle = glow;
  c.fillRect(LAMP.x - 240, LAMP.y - 240, 480, 480);
  c.globalAlpha = 1;
};

const sea = (c, t) => {
  c.fillStyle = "#3c555e";
  c.fillRect(0, 395, 1280, 325);
  c.fillStyle = INK;
  for (let row = 0; row < 17; row++) {
    const deep = row / 16;
    const points = [];
    for (let x = -20; x <= 1300; x += 26)
      points.push([x, 402 + row * 11 + deep * 26 +
        (2 + deep * 7) * Math.sin(x * 0.014 + row * 2.1 + t * (1.1 + deep * 0.5))]);
    cut(c, points, (i) => Math.max(0,
      4 + deep * 5 + (4 + deep * 4) * Math.sin(i * 0.8 + row * 3.3 - t * 1.4)));
  }
};

// What is hatched ends where the shape that was drawn last does.
const hatch = (c, strokes, width) => {
  c.save();
  c.clip();
  c.strokeStyle = INK;
  c.lineWidth = width;
  strokes.forEach(([x, y, to, down]) => {
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(to, down);
    c.stroke();
  });
  c.restore();
};

const rock = (c) => {
  shape(c, "#242f31", [
    [640, 560], [668, 492], [706, 462], [770, 446], [860, 448], [930, 470],
    [990, 486], [1022, 530], [1040, 600], [880, 640], [700, 630],
  ], 4);
  hatch(c, Array.from({ length: 38 }, (_, k) => [
    632 + k * 11, 470 + 20 * rough(k), 660 + k * 11, 560 + 70 * rough(k, 2),
  ]), 4);
};

const tower = (c) => {
  const wall = (y) => 34 + (y - 240) * 0.055; // half its width down there
  const bands = [["#efe6d4", 240], ["#b0532f", 292], ["#efe6d4", 342],
    ["#b0532f", 396], ["#efe6d4", 428]];
  bands.forEach(([colour, top], i) => {
    const end = bands[i + 1]?.[1] ?? 462;
    shape(c, colour, [[LAMP.x - wall(top), top], [LAMP.x + wall(top), top],
      [LAMP.x + wall(end), end], [LAMP.x - wall(end), end]], 3);
  });
  c.strokeStyle = INK;
  for (let k = 0; k < 8; k++) {
    c.lineWidth = 1.5 + k * 0.5;
    c.beginPath();
    c.moveTo(LAMP.x + 4 + k * 4, 242);
    c.lineTo(LAMP.x + 5 + k * 5.2, 460);
    c.stroke();
  }
  shape(c, INK, [[786, 462], [786, 428], [800, 420], [814, 428], [814, 462]]);
  shape(c, INK, [[752, 240], [848, 240], [848, 254], [752, 254]]);
  shape(c, "#fff0bf", [[774, 190], [826, 190], [826, 240], [774, 240]], 4);
  shape(c, INK, [[766, 190], [800, 156], [834, 190]]);
  c.fillStyle = "#ffffff";
  c.beginPath();
  c.arc(LAMP.x, LAMP.y, 15, 0, 7);
  c.fill();
};

const house = (c) => {
  shape(c, "#d9c9a3", [[884, 408], [990, 408], [990, 476], [884, 476]], 3);
  c.strokeStyle = INK;
  c.lineWidth = 2;
  for (let y = 416; y < 476; y += 8) {
    c.beginPath();
    c.moveTo(884, y);
    c.lineTo(990, y);
    c.stroke();
  }
  shape(c, "#5a3020", [[874, 410], [936, 372], [1000, 410]], 3);
  shape(c, "#ecb04f", [[908, 428], [930, 428], [930, 452], [908, 452]], 3);
};

// A sea breaks on the rock every three seconds.
const spray = (c, t) => {
  const age = ((t + 0.4) % 3) / 3;
  const rise = Math.sin(Math.min(1, age * 1.6) * Math.PI);
  c.fillStyle = "#e7ebe4";
  c.strokeStyle = INK;
  c.lineWidth = 3;
  c.beginPath();
  c.moveTo(500, 650);
  c.bezierCurveTo(560, 610, 590, 560 - rise * 70, 622, 560 - rise * 160);
  c.bezierCurveTo(634, 545 - rise * 150, 650, 560 - rise * 120, 640, 560 - rise * 70);
  c.bezierCurveTo(690, 560 - rise * 30, 640, 580, 712, 612);
  c.lineTo(800, 650);
  c.closePath();
  c.fill();
  c.stroke();
  hatch(c, Array.from({ length: 20 }, (_, k) => [
    530 + k * 12, 660, 580 + k * 6, 600 - rise * (90 - Math.abs(k - 8) * 9),
  ]), 3);
  c.fillStyle = "#f4f2ea";
  for (let k = 0; k < 60; k++) {
    const fly = age * (0.7 + rough(k));
    const x = 640 + (rough(k, 1) - 0.62) * 330 * fly;
    const y = 520 - 330 * fly * (0.4 + 0.6 * rough(k, 3)) + 420 * fly * fly;
    const size = 5 * rough(k, 5) * (1 - age);
    if (y < 600) c.fillRect(x, y, size, size);
  }
};

const swell = (c, t) => {
  [[600, 34, 1.2, "#2f4851"], [650, 30, 1.6, "#253b44"], [694, 22, 2.1, "#1c3039"]]
    .forEach(([y, high, pace, colour], layer) => {
      const crest = [];
      for (let x = -20; x <= 1300; x += 20)
        crest.push([x, y + high * 0.5 * Math.sin(x * 0.0075 + layer * 2 + t * pace) +
          high * 0.3 * Math.sin(x * 0.017 - t * pace * 0.6 + layer)]);
      shape(c, colour, [...crest, [1300, 740], [-20, 740]]);
      c.fillStyle = INK;
      for (let d = 10; d < 60; d += 11)
        cut(c, crest.map(([x, h]) => [x, h + d + d * 0.1]), (i) =>
          Math.max(0, 4 + 3 * Math.sin(i * 0.35 + d + t * 0.8)));
      c.fillStyle = "#dfe6df";
      cut(c, crest, (i) =>
        Math.max(0, 7 * Math.sin(i * 0.24 + layer * 2.2 + t * pace) - 2));
    });
};

const rain = (c, t) => {
  c.strokeStyle = "#9fb0b2";
  c.lineWidth = 1.6;
  for (let k = 0; k < 70; k++) {
    const fall = (rough(k) + t * (0.9 + 0.5 * rough(k, 7))) % 1;
    const x = rough(k, 2) * 1500 - fall * 260;
    c.beginPath();
    c.moveTo(x, fall * 760 - 20);
    c.lineTo(x - 12, fall * 760 + 14);
    c.stroke();
  }
};

export const seconds = 12;
export const paint = (canvas, t) => {
  const c = canvas.getContext("2d");
  sky(c, t);
  beam(c, t);
  sea(c, t);
  rock(c);
  tower(c);
  house(c);
  spray(c, t);
  swell(c, t);
  rain(c, t);
};
