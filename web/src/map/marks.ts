/** The marks of things, drawn once in the colours of the theme: an arrow moves, a disc stands still, a ring is
 * silent; what is simulated is hollow. */
import type { Map as MapLibre } from "maplibre-gl";
import type { Colours } from "./colours";

const SIZE = 30;
const RATIO = 2;

type Draw = (pen: CanvasRenderingContext2D) => void;

export function addMarks(map: MapLibre, colours: Colours): void {
  const marks: [string, Draw, string][] = [
    ["moving", arrow, colours.accent],
    ["moving-dot", disc(6.5), colours.accent],
    ["stopped", disc(6), colours.ink],
    ["offline", disc(5), colours.quiet],
  ];
  for (const [name, draw, colour] of marks) {
    const solid = name === "offline" ? [colours.raised, colour] : [colour, colours.raised];
    add(map, name, draw, { fill: solid[0] as string, line: solid[1] as string });
    add(map, `${name}-simulated`, draw, { fill: colours.raised, line: colour });
  }
}

interface Paint {
  fill: string;
  line: string;
}

function add(map: MapLibre, name: string, draw: Draw, { fill, line }: Paint): void {
  if (map.hasImage(name)) return;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * RATIO;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  pen.scale(RATIO, RATIO);
  pen.translate(SIZE / 2, SIZE / 2);
  draw(pen);
  pen.fillStyle = fill;
  pen.fill();
  pen.lineWidth = 2;
  pen.lineJoin = "round";
  pen.strokeStyle = line;
  pen.stroke();
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  map.addImage(
    name,
    { width: canvas.width, height: canvas.height, data: new Uint8Array(data.buffer) },
    { pixelRatio: RATIO },
  );
}

/** Points to the north. */
function arrow(pen: CanvasRenderingContext2D): void {
  pen.beginPath();
  pen.moveTo(0, -11);
  pen.lineTo(8, 9);
  pen.lineTo(0, 5);
  pen.lineTo(-8, 9);
  pen.closePath();
}

function disc(radius: number): Draw {
  return (pen) => {
    pen.beginPath();
    pen.arc(0, 0, radius, 0, 2 * Math.PI);
    pen.closePath();
  };
}
