/**
 * Pictures drawn anew: the pixels and nothing else, without camera, place, name or preview.
 *
 * 1. A browser that gives other pixels than were drawn (some do, against fingerprinting) must be noticed before a picture
 *    is ruined: then the person decides.
 */

const SIDE_LIMIT = 8192;

export const isPicture = (file: File): boolean => /^image\/(png|jpeg|webp|gif|bmp|avif)$/.test(file.type);

/** True when this browser hands out what was drawn. */
export function drawsTruly(): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return false;
  pen.fillStyle = "#123456";
  pen.fillRect(0, 0, 8, 8);
  const seen = pen.getImageData(0, 0, 8, 8).data;
  return seen.every((value, i) => value === [0x12, 0x34, 0x56, 0xff][i % 4]);
}

/** The picture as a new PNG, or JPEG where it was one; null when it cannot be drawn here. */
export async function redrawn(file: File): Promise<Blob | null> {
  if (!drawsTruly()) return null;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  const shrink = Math.min(1, SIDE_LIMIT / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * shrink));
  canvas.height = Math.max(1, Math.round(picture.height * shrink));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const type = file.type === "image/jpeg" ? "image/jpeg" : "image/png";
  return new Promise((done) => canvas.toBlob(done, type, 0.9));
}
