import { call } from "../../api/call";
import type { Recording } from "../../api/routes";

export interface Wanted {
  file: File;
  columns: Record<string, string>;
  timezone: string;
}

/** Sends a file in parts, and tells after each how many bytes are there. */
export async function bring(
  id: string,
  { file, columns, timezone }: Wanted,
  sent: (bytes: number) => void,
): Promise<Recording> {
  const asked = { file: file.name.slice(-200), bytes: file.size, columns, timezone };
  let recording = await call("POST /api/devices/{id}/recordings", { path: { id }, body: asked });
  const size = recording.part_bytes;
  for (let number = 0; number * size < file.size; number++) {
    const content = await base64(file.slice(number * size, (number + 1) * size));
    const path = { id: recording.id };
    recording = await call("POST /api/recordings/{id}/parts", { path, body: { number, content } });
    sent(Math.min(file.size, (number + 1) * size));
  }
  return recording;
}

export const goesOn = ({ state }: Recording) => state !== "done" && state !== "failed";

function base64(part: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(part);
  });
}
