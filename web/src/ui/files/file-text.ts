import { ApiProblem } from "../../api/problem";
import { t } from "../../texts";

/** A file that is not even sent; it is shown as what the node refuses is. */
export class UnfitFile extends ApiProblem {
  constructor(reason: string) {
    super(0, "unfit-file", reason);
  }
}

const MEGABYTE = 1024 * 1024;

/** Why a file of this size is not taken; nothing if it is. */
export function tooLarge(bytes: number, mostBytes: number): string | null {
  if (bytes <= mostBytes) return null;
  // Rounded up to tenths: a file just above the limit must not look as if it were at it.
  const is = Math.ceil((bytes / MEGABYTE) * 10) / 10;
  return t.files.tooLarge(t.files.size(is), t.files.size(Math.floor(mostBytes / MEGABYTE)));
}

/** A file's text. Throws: UnfitFile, if it is no UTF-8. */
export function decoded(bytes: Uint8Array): string {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new UnfitFile(t.files.spreadsheet); // a zip: .xlsx, .ods
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch {
    // Latin-1 or UTF-16 with a mark: said below.
  }
  throw new UnfitFile(isText(bytes) ? t.files.notUtf8 : t.files.notText);
}

/** UTF-16 has a zero in every other byte; pictures, archives and programs have them anywhere. */
function isText(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 1000);
  const zeros = start.filter((byte) => byte === 0).length;
  const alternating = [0, 1].some((odd) => start.every((byte, index) => index % 2 === odd || byte !== 0));
  return !zeros || (alternating && zeros >= start.length / 4);
}

/** Why a file with this name is none of those asked for, such as “.csv,.txt”; nothing if it is. */
export function otherKind(name: string, accept: string): string | null {
  const kinds = accept.split(",");
  return kinds.some((kind) => name.toLowerCase().endsWith(kind)) ? null : t.files.otherKind(name, kinds);
}

/** Throws: UnfitFile, before anything is sent. */
export async function textOf(file: File, mostBytes: number, accept: string): Promise<string> {
  const other = otherKind(file.name, accept);
  if (other) throw new UnfitFile(other);
  const problem = tooLarge(file.size, mostBytes);
  if (problem) throw new UnfitFile(problem);
  const text = decoded(new Uint8Array(await file.arrayBuffer()));
  if (!text.trim()) throw new UnfitFile(t.files.empty);
  return text;
}

/** A name for machines from one for people: “Liste générale” is `liste-generale`. */
export function shortName(title: string): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9\u0300-\u036f]+/g);
  const name = (words ?? []).map((word) => word.replace(/[\u0300-\u036f]/g, "")).join("-");
  return name.slice(0, 40).replace(/-+$/, "");
}
