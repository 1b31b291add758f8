/** A QR code of the three lines, as a picture of squares. */
import { encode } from "uqr";

const NS = "http://www.w3.org/2000/svg";

export function qr(text: string, title: string): SVGSVGElement {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-label", title);
  const squares = document.createElementNS(NS, "path");
  squares.setAttribute("d", path);
  svg.append(squares);
  return svg;
}
