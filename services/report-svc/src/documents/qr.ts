import QRCode from "qrcode";

/** A QR code as an SVG: one path on a transparent ground, without the quiet zone, which the page gives it. */
export function qrSvg(text: string): string {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: "M" });
  const squares: string[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) !== 0) squares.push(`M${column} ${row}h1v1h-1z`);
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${modules.size} ${modules.size}" shape-rendering="crispEdges">`,
    `<path d="${squares.join("")}" fill="#000"/></svg>`,
  ].join("");
}
